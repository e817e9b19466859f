"""When objects are compared: once a day, and every hour while something is missing."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import cast

import pytest

from shared import comparison
from shared.comparison import Comparison, keep_comparing
from shared.db import Database
from shared.storage import ObjectMissingError, Storage


async def test_a_day_passes_between_two_looks_and_an_hour_where_something_is_missing(monkeypatch: pytest.MonkeyPatch):
    hours, looks, cleared = list[int](), list[int](), list[int]()

    async def compare(*_: object, orphans_after: timedelta | None) -> Comparison:
        looks.append(hours[-1])
        cleared.extend(hours[-1:] if orphans_after else [])
        return Comparison(missing_objects=int(hours[-1] in {0, 24, 25}))

    async def repeat(_task: str, run: Callable[[], Awaitable[object]], *, seconds: float, endures: object) -> None:
        assert (seconds, endures) == (3600, (ObjectMissingError,))
        for hour in range(100):
            hours.append(hour)
            await run()

    monkeypatch.setattr(comparison, "compare", compare)
    monkeypatch.setattr(comparison, "repeat", repeat)
    await keep_comparing(cast("Database", None), cast("Storage", None), ())

    assert looks == [0, 1, 24, 25, 26, 48, 72, 96]
    assert cleared == looks[2:]  # nothing on the first day
