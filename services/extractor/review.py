"""Decides what a person should look at: unsupported values, missing rows, and rules that do not hold."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from services.extractor.checks import checks, noted
from services.extractor.grounding import UNGROUNDED
from shared.results import FieldEvidence, JsonObject, ResultWarning, Rows

INFERRED = frozenset({"currency"})  # often follows from the country: flagged on the field, but no reason to stop


class Review(NamedTuple):
    """The evidence with the failed rules noted on their fields, all warnings, and the verdict."""

    fields: dict[str, FieldEvidence]
    rows: Rows
    warnings: tuple[ResultWarning, ...]
    needs_review: bool


def review(
    data: JsonObject,
    fields: dict[str, FieldEvidence],
    *,
    schema: JsonObject,
    rows_expected: int,
    disputed: Sequence[str] = (),
    seen: Sequence[ResultWarning] = (),
) -> Review:
    """Any warning means that a person looks.

    `disputed` values are those that windows of pages disagreed on, `seen` is what was noticed on the pages.
    """
    rows = Rows(expected=rows_expected if _lists(schema) else 0, extracted=_extracted(data))
    warnings = (
        *_ungrounded(fields),
        *_missing_rows(rows),
        *seen,
        *checks(data, schema),
        *(_disputed(name) for name in disputed),
    )
    return Review(noted(fields, list(warnings)), rows, warnings, bool(warnings))


def _lists(schema: JsonObject) -> list[str]:
    """The names of the lists of rows that the schema asks for."""
    parts = schema.get("properties", {}).items()
    return [name for name, part in parts if "properties" in part.get("items", {})]


def _extracted(data: JsonObject) -> int:
    lists = (value for value in data.values() if isinstance(value, list))
    return max((sum(isinstance(item, dict) for item in items) for items in lists), default=0)


def _ungrounded(fields: dict[str, FieldEvidence]) -> Iterator[ResultWarning]:
    unsupported = [path for path, evidence in fields.items() if UNGROUNDED in evidence.warnings]
    for path in (path for path in unsupported if "[" not in path and path not in INFERRED):
        yield ResultWarning(code=UNGROUNDED, message=f"The value of {path} stands nowhere in the document.", field=path)
    if in_rows := [path for path in unsupported if "[" in path]:
        message = f"{len(in_rows)} values in rows stand nowhere in the document, first {in_rows[0]}."
        yield ResultWarning(code=UNGROUNDED, message=message, field=in_rows[0])


def _missing_rows(rows: Rows) -> Iterator[ResultWarning]:
    if rows.extracted < rows.expected:
        message = f"The pages seem to have {rows.expected} rows, {rows.extracted} were read."
        yield ResultWarning(code="rows_missing", message=message)


def _disputed(name: str) -> ResultWarning:
    message = f"Parts of the document give different values for {name}."
    return ResultWarning(code="conflicting_values", message=message, field=name)
