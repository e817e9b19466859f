"""Rules on the values of a result, for any schema: what must be there, sums, rows, dates and currencies."""

from collections.abc import Iterator

from services.extractor.date_checks import date_warnings
from services.extractor.row_sums import row_warnings
from services.extractor.sums import sum_warnings
from shared.results import FieldEvidence, JsonObject, Result, ResultWarning

NEEDED = ("total", "total_amount", "closing_balance", "net_pay")
# What the rules may say; who changes a value asks them anew.
CODES = frozenset({
    "missing_field", "total_mismatch", "items_mismatch", "balance_mismatch", "balance_gap", "row_mismatch",
    "date_unreadable", "date_implausible", "dates_out_of_order", "currency_unknown",
})  # fmt: skip


def checks(data: JsonObject, schema: JsonObject) -> Iterator[ResultWarning]:
    """Yields a warning for each rule that does not hold. Rules whose values are not all there do not apply."""
    yield from _missing(data, schema)
    yield from sum_warnings(data)
    yield from row_warnings(data)
    yield from date_warnings(data)


def with_value_rules(result: Result) -> Result:
    """A result that was checked already for what is missing and for its sums, checked for the rest."""
    found = [*row_warnings(result.data), *date_warnings(result.data)]
    if not found:
        return result
    return result.model_copy(
        update={
            "warnings": (*result.warnings, *found),
            "fields": noted(result.fields, found),
            "needs_review": True,
        }
    )


def noted(fields: dict[str, FieldEvidence], warnings: list[ResultWarning]) -> dict[str, FieldEvidence]:
    """The evidence, with the code of each warning on the field it is about."""
    marked = dict(fields)
    for warning in warnings:
        evidence = marked.get(warning.field or "")
        if evidence and warning.field and warning.code not in evidence.warnings:
            marked[warning.field] = evidence.model_copy(update={"warnings": (*evidence.warnings, warning.code)})
    return marked


def _missing(data: JsonObject, schema: JsonObject) -> Iterator[ResultWarning]:
    for name, part in schema.get("properties", {}).items():
        kinds = part.get("type", "null")
        demanded = name in schema.get("required", []) and "null" not in kinds and "array" not in kinds
        if data.get(name) is None and (demanded or name in NEEDED):
            yield ResultWarning(code="missing_field", message=f"No {name} was found.", field=name)
