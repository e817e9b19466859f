"""What came out, as a table: one line a document with its main fields, and why some failed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Group
from rich.markup import escape
from rich.table import Table

from ingestio.answers import Document, DocumentResult

# The names under which schemas of all kinds keep what people look for first.
WHO = ("vendor", "company", "supplier", "seller", "merchant", "employer", "account_holder", "name", "customer")
WHEN = ("date", "invoice_date", "issue_date", "period_end", "pay_date", "effective_date")
HOW_MUCH = ("total_amount", "total", "amount_due", "net_pay", "closing_balance", "amount")

_STYLES = {"completed": "green", "failed": "red", "cancelled": "dim"}


def results_table(documents: Sequence[Document], results: Iterable[DocumentResult]) -> Group:
    """The table, and below it a paragraph for each document that failed."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for name in ("File", "Type", "Status", "Who", "Date"):
        table.add_column(name, no_wrap=True, overflow="ellipsis", ratio=1 if name == "Who" else None)
    table.add_column("Total", justify="right", no_wrap=True)
    table.add_column("Pages", justify="right", no_wrap=True)
    by_document = {result.document_id: result for result in results}
    for document in documents:
        table.add_row(*cells_of(document, by_document.get(document.id)))
    return Group(table, *(complaint(document) for document in documents if document.error))


def cells_of(document: Document, result: DocumentResult | None) -> Sequence[str]:
    kind = (result.document_type if result else "") or document.document_type or ""
    status = f"[{_STYLES.get(document.status, 'default')}]{escape(document.status)}[/]"
    if document.needs_review or (result and result.needs_review):
        status += " [yellow]review[/]"
    fields = (escape(cell) for cell in main_fields(result.result.data if result else {}))
    return (escape(document.file_name), escape(kind.replace("_", " ")), status, *fields, str(document.pages or ""))


def complaint(document: Document) -> str:
    """Why a document failed, and what to do about it."""
    assert document.error
    return f"\n[red]{escape(document.file_name)}[/]: {escape(document.error.message)}\n{escape(document.error.advice)}"


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
