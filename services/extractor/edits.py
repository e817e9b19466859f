"""What a person does to a result: set and confirm values, remove and insert rows, each with the evidence that goes along."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.extractor.field_paths import NoSuchPlaceError, leaves, moved, path_of, steps_of, value_at, within
from shared.results import Citation, FieldEvidence, JsonObject, Result

Fraction = Annotated[float, Field(ge=0, le=1)]
MAX_EDITS = 2_000


class Place(BaseModel):
    """Where the person saw the value: a page from 1, the box in fractions of it, and the words there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    page: int = Field(ge=1)
    bbox: tuple[Fraction, Fraction, Fraction, Fraction]
    text: str = Field(default="", max_length=2_000)

    @model_validator(mode="after")
    def _box_has_a_size(self) -> "Place":
        x0, y0, x1, y1 = self.bbox
        if not (x0 < x1 and y0 < y1):
            raise ValueError("bbox must be (x0, y0, x1, y1) with x0 < x1 and y0 < y1")
        return self


class Edit(BaseModel):
    """One act at one path, such as `total` or `line_items[3].amount`. Edits are applied in their order.

    `set` puts `value` there; `confirm` lets it stand; `remove` takes the row `line_items[3]` out; `insert` puts `value` in
    as that row, before the one that has its place now.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    action: Literal["set", "confirm", "remove", "insert"] = "set"
    path: str = Field(min_length=1, max_length=500)
    value: Any = None
    place: Place | None = None


@dataclass(frozen=True)
class Edited:
    """The result's data and evidence after some edits, and what these changed: path, action, before and after."""

    data: JsonObject
    fields: dict[str, FieldEvidence]
    changes: list[JsonObject]


def apply_edits(result: Result, edits: Sequence[Edit]) -> Edited:
    """Raises NoSuchPlaceError for a path that leads nowhere at its turn."""
    edited = Edited(deepcopy(result.data), dict(result.fields), [])
    for edit in edits:
        edited = _ACTIONS[edit.action](edited, edit)
    return edited


def _set(edited: Edited, edit: Edit) -> Edited:
    *parent, last = steps_of(edit.path)
    holder = value_at(edited.data, parent)
    if isinstance(last, int):
        before = value_at(edited.data, [*parent, last])
    elif isinstance(holder, dict):
        before = holder.get(last)
    else:
        raise NoSuchPlaceError(f"{path_of(parent)} has no fields.")
    holder[last] = edit.value
    fields = {path: evidence for path, evidence in edited.fields.items() if not within(path, edit.path)}
    return _noted(edited, edit, fields | _given(edit), before=before, after=edit.value)


def _confirm(edited: Edited, edit: Edit) -> Edited:
    value = value_at(edited.data, steps_of(edit.path))
    place = _citations(edit)
    confirmed = {
        path: FieldEvidence(confidence=1.0, citations=place or _known(edited, path), confirmed=True)
        for path, leaf in leaves(value, edit.path)
        if leaf is not None
    }
    return _noted(edited, edit, edited.fields | confirmed, before=None, after=None)


def _remove(edited: Edited, edit: Edit) -> Edited:
    rows, number = _row(edited, edit)
    list_path = edit.path.rpartition("[")[0]
    if number >= len(rows):
        raise NoSuchPlaceError(f"There is no row {edit.path}.")
    before = rows.pop(number)
    left = {path: evidence for path, evidence in edited.fields.items() if not within(path, edit.path)}
    fields = moved(left, list_path, first=number + 1, by=-1)
    return _noted(edited, edit, fields, before=before, after=None)


def _insert(edited: Edited, edit: Edit) -> Edited:
    rows, number = _row(edited, edit)
    list_path = edit.path.rpartition("[")[0]
    if number > len(rows):
        raise NoSuchPlaceError(f"{list_path} has {len(rows)} rows: none can come in at {number}.")
    rows.insert(number, edit.value)
    fields = moved(edited.fields, list_path, first=number, by=1)
    return _noted(edited, edit, fields | _given(edit), before=None, after=edit.value)


_ACTIONS = {"set": _set, "confirm": _confirm, "remove": _remove, "insert": _insert}


def _row(edited: Edited, edit: Edit) -> tuple[list[Any], int]:
    *parent, number = steps_of(edit.path)
    rows = value_at(edited.data, parent)
    if not isinstance(number, int) or not isinstance(rows, list):
        raise NoSuchPlaceError(f"{edit.path} is no row of a list.")
    return rows, number


def _given(edit: Edit) -> dict[str, FieldEvidence]:
    """The evidence of what a person gave: their word, and the place if they showed one."""
    evidence = FieldEvidence(confidence=1.0, citations=_citations(edit), confirmed=True)
    return {path: evidence for path, leaf in leaves(edit.value, edit.path) if leaf not in (None, [], {})}


def _citations(edit: Edit) -> tuple[Citation, ...]:
    return (Citation.model_validate(edit.place.model_dump()),) if edit.place else ()


def _known(edited: Edited, path: str) -> tuple[Citation, ...]:
    return edited.fields[path].citations if path in edited.fields else ()


def _noted(edited: Edited, edit: Edit, fields: dict[str, FieldEvidence], *, before: Any, after: Any) -> Edited:
    change = {"path": edit.path, "action": edit.action, "before": before, "after": after}
    return Edited(edited.data, fields, [*edited.changes, change])
