"""Paths of values in a result, as evidence has them: `total`, `line_items[0].amount`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from shared.results import JsonObject

T = TypeVar("T")
Step = str | int

_STEP = re.compile(r"([^.\[\]]+)|\[(\d{1,6})\]")
_PATH = re.compile(r"[^.\[\]]+(?:\.[^.\[\]]+|\[\d{1,6}\])*")


class NoSuchPlaceError(ValueError):
    """The path leads nowhere in this result."""


def steps_of(path: str) -> list[Step]:
    """Raises NoSuchPlaceError for what is no path."""
    if not _PATH.fullmatch(path):
        raise NoSuchPlaceError(f"{path[:100]} is no path of a value.")
    return [name or int(number) for name, number in _STEP.findall(path)]


def value_at(data: JsonObject, steps: Sequence[Step]) -> Any:
    """Raises NoSuchPlaceError where there is nothing."""
    value: Any = data
    try:
        for step in steps:
            value = _part(value, step)
    except (KeyError, IndexError) as error:
        raise NoSuchPlaceError(f"There is no {path_of(steps)} in this result.") from error
    return value


def path_of(steps: Sequence[Step]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """All values that are no objects or lists, by path; of empty ones the empty object or list itself."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value:
        for number, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{number}]")
    else:
        yield path, value


def within(path: str, whole: str) -> bool:
    """Whether the path is that of the whole, or of a part of it."""
    return path == whole or (path.startswith(whole) and path[len(whole)] in ".[")


def moved(by_path: Mapping[str, T], list_path: str, *, first: int, by: int) -> dict[str, T]:
    """The same, where the items of this list from number `first` on have moved up or down by so many places."""
    item = re.compile(rf"{re.escape(list_path)}\[(\d+)\](.*)")

    def place(path: str) -> str:
        found = item.fullmatch(path)
        if found is None or int(found[1]) < first:
            return path
        return f"{list_path}[{int(found[1]) + by}]{found[2]}"

    return {place(path): value for path, value in by_path.items()}


def _part(value: Any, step: Step) -> Any:
    match value, step:
        case (list(), int()) | (dict(), str()):
            return value[step]
    raise KeyError(step)
