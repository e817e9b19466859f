"""Rules on values: totals against sums, rows against the count, what must not be missing. Failures are warnings."""

from services.extractor.local.confidence import SURE_ENOUGH, confidence_of
from services.extractor.local.document import Document
from services.extractor.local.field_names import IMPORTANT
from services.extractor.local.filling import Filled
from services.extractor.local.plan import Plan
from shared.results import ResultWarning

CENT = 0.011


def checked(filled: Filled, document: Document, plan: Plan) -> list[ResultWarning]:
    """What is wrong or doubtful about the values that were read."""
    return [
        *_total_against_sums(filled, document),
        *_total_against_items(filled, document),
        *_rows(filled),
        *_doubtful(filled, plan),
        *(
            ResultWarning(code="prompt_not_followed", message=f"Not followed without a model: {part}")
            for part in plan.unfollowed
        ),
    ]


def needs_review(warnings: list[ResultWarning], plan: Plan) -> bool:
    """What failed a check or cannot be read here asks for a look; a missing value only where it is an important one."""
    important = {entry.name for entry in plan.properties if entry.field in IMPORTANT}
    return any(warning.code != "missing_field" or warning.field in important for warning in warnings)


def _total_against_sums(filled: Filled, document: Document) -> list[ResultWarning]:
    total, net, tax = (filled.found.get(field) for field in ("total", "net", "tax"))
    if not (total and net and tax) or document.sums.agrees:
        return []
    message = f"Net {net.value:.2f} and tax {tax.value:.2f} do not add up to the total {total.value:.2f}."
    return [ResultWarning(code="total_mismatch", message=message, field=_path(filled, "total"))]


def _total_against_items(filled: Filled, document: Document) -> list[ResultWarning]:
    """The items must add up to one of the sums; a document may show them with or without tax."""
    if filled.rows_at is None or filled.rows.extracted == 0 or "total" not in filled.found:
        return []
    amounts = [item.values.get("amount") for item in document.items]
    sums = document.sums
    targets = [*document.stated_sums, *(candidate.value for candidate in (sums.total, sums.net) if candidate)]
    added = sum(amount for amount in amounts if amount is not None)
    slack = max(CENT, 0.05 + 0.005 * len(amounts))  # totals are rounded to 0.05 where small coins are gone
    if any(abs(added - target) < slack for target in targets):
        return []
    message = f"The rows add up to {added:.2f}, the total is {filled.found['total'].value:.2f}."
    return [ResultWarning(code="items_mismatch", message=message, field=filled.rows_at)]


def _rows(filled: Filled) -> list[ResultWarning]:
    rows = filled.rows
    if filled.rows_at is None or rows.extracted >= rows.expected:
        return []
    message = f"{rows.expected} rows were counted, {rows.extracted} were read."
    return [ResultWarning(code="rows_missing", message=message, field=filled.rows_at)]


def _doubtful(filled: Filled, plan: Plan) -> list[ResultWarning]:
    doubtful = [
        entry.name
        for entry in plan.properties
        if entry.field in IMPORTANT
        and entry.field in filled.found
        and confidence_of(filled.found[entry.field], entry.field) < SURE_ENOUGH
    ]
    return [
        ResultWarning(code="low_confidence", message=f"The evidence for `{name}` is weak.", field=name)
        for name in doubtful
    ]


def _path(filled: Filled, field: str) -> str | None:
    candidate = filled.found[field]
    return next((path for path, value in filled.data.items() if value == candidate.value), None)
