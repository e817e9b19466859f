"""A result after a person's edits: checked against its schema and the rules anew."""

from collections.abc import Sequence

import orjson

from services.extractor.checks import CODES
from services.extractor.edits import Edit, Edited, apply_edits
from services.extractor.field_paths import NoSuchPlaceError
from services.extractor.grounding import UNGROUNDED
from services.extractor.review import review
from shared.http import ApiError
from shared.model_json import InvalidAnswer, check
from shared.results import FieldEvidence, JsonObject, Result

_DISPUTED = "conflicting_values"
# What the rules say anew; everything else that was remarked on stays, unless its value was changed or confirmed.
_SAID_ANEW = CODES | {UNGROUNDED, _DISPUTED, "rows_missing"}


def after_edits(
    result: Result, edits: Sequence[Edit], *, schema: JsonObject, approve: bool
) -> tuple[Result, list[JsonObject]]:
    """The new result and its changes. Approved, it needs no review whatever the rules say; else a warning asks for one.

    Raises ApiError 422 for a path that leads nowhere and for values that the schema does not allow.
    """
    try:
        edited = apply_edits(result, edits)
    except NoSuchPlaceError as error:
        raise ApiError(422, "no_such_place", str(error)) from error
    _check(result, edited, schema)
    disputed = [w.field for w in result.warnings if w.code == _DISPUTED and w.field and not _settled(edited, w.field)]
    found = review(
        edited.data, _without_rules(edited.fields), schema=schema, rows_expected=result.rows.expected, disputed=disputed
    )
    kept = [w for w in result.warnings if w.code not in _SAID_ANEW and not (w.field and _settled(edited, w.field))]
    reviewed = result.model_copy(
        update={
            "data": edited.data,
            "fields": found.fields,
            "rows": found.rows,
            "warnings": (*found.warnings, *kept),
            "needs_review": not approve and (result.needs_review or found.needs_review),
        }
    )
    return reviewed, edited.changes


def _check(before: Result, edited: Edited, schema: JsonObject) -> None:
    """Only what the edits broke counts: what was read may have more than its schema."""
    if b"\\u0000" in orjson.dumps(edited.data):
        raise ApiError(422, "invalid_values", "Texts must not hold NUL characters.")
    wrong = _errors(edited.data, schema)
    new = [place for place in wrong if place not in _errors(before.data, schema)]
    if new:
        detail = f"The schema does not allow this: {wrong[new[0]]}"
        raise ApiError(422, "invalid_values", detail, extra={"paths": new})


def _errors(data: JsonObject, schema: JsonObject) -> dict[str, str]:
    try:
        check(data, schema, nulls=True)
    except InvalidAnswer as wrong:
        return dict(zip(wrong.places, wrong.errors, strict=True))
    return {}


def _settled(edited: Edited, path: str) -> bool:
    return path in edited.fields and edited.fields[path].confirmed


def _without_rules(fields: dict[str, FieldEvidence]) -> dict[str, FieldEvidence]:
    """The evidence as the pages gave it: what failed a rule before is judged again."""
    stale = _SAID_ANEW - {UNGROUNDED}
    return {
        path: evidence.model_copy(update={"warnings": tuple(code for code in evidence.warnings if code not in stale)})
        for path, evidence in fields.items()
    }
