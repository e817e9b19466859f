"""Cursors of paged lists."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from shared.http import ApiError
from shared.paging import Cursor


def test_a_cursor_survives_the_url():
    cursor = Cursor(datetime(2026, 11, 22, 1, 2, 3, 456, tzinfo=UTC), uuid4())

    assert Cursor.read(str(cursor)) == cursor


@pytest.mark.parametrize("text", ["", "x", "äöü", "AAAA", "!!!!", "MjAyNnxu", "a" * 5000])
def test_what_is_no_cursor_is_told_to_be_none(text: str):
    with pytest.raises(ApiError) as refusal:
        Cursor.read(text)

    assert refusal.value.status == 422
