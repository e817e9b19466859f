"""What came out, as a table: one line a document, its main fields, or why it failed and what to do."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from rich.markup import escape
from rich.table import Table

from ingestio.answers import Document, DocumentResult

# The names under which schemas of all kinds keep what people look for first.
WHO = ("vendor", "company", "supplier", "seller", "merchant", "employer", "account_holder", "name", "customer")
WHEN = ("date", "invoice_date", "issue_date", "period_end", "pay_date", "effective_date")
HOW_MUCH = ("total_amount", "total", "amount_due", "net_pay", "closing_balance", "amount")

_STYLES = {"completed": "green", "failed": "red", "cancelled": "dim"}


def results_table(documents: Iterable[Document], results: Iterable[DocumentResult]) -> Table:
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    table.add_column("File", overflow="fold", min_width=12)
    table.add_column("Type")
    table.add_column("Status")
    table.add_column("Who", overflow="fold")
    table.add_column("Date", no_wrap=True)
    table.add_column("Total", justify="right", no_wrap=True)
    table.add_column("Pages", justify="right")
    by_document = {result.document_id: result for result in results}
    for document in documents:
        table.add_row(*cells_of(document, by_document))
    return table


def cells_of(document: Document, results: Mapping[UUID, DocumentResult]) -> Sequence[str]:
    """The cells of one document; a failed one has its error where the fields would be."""
    result = results.get(document.id)
    kind = (result.document_type if result else "") or document.document_type or ""
    review = document.needs_review or bool(result and result.needs_review)
    status = f"[{_STYLES.get(document.status, 'default')}]{escape(document.status)}[/]"
    if review:
        status += " [yellow]review[/]"
    if document.error:
        fields: Sequence[str] = (f"{escape(document.error.message)} [dim]{escape(document.error.advice)}[/]", "", "")
    else:
        fields = tuple(escape(cell) for cell in main_fields(result.result.data if result else {}))
    return (escape(document.file_name), escape(kind.replace("_", " ")), status, *fields, str(document.pages or ""))


def main_fields(data: Mapping[str, Any]) -> tuple[str, str, str]:
    """Who, when and how much, whatever the schema calls them; the currency stands with the amount."""
    amount = _first(data, HOW_MUCH)
    total = f"{amount:,.2f}" if isinstance(amount, int | float) else str(amount)
    currency = data.get("currency") or ""
    return str(_first(data, WHO)), str(_first(data, WHEN)), f"{total} {currency}".strip() if total else ""


def _first(data: Mapping[str, Any], names: Iterable[str]) -> Any:
    for name in names:
        if isinstance(data.get(name), str | int | float) and data[name] != "":
            return data[name]
    return ""
