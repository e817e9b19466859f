"""What came out, as a table: one line a document with its main fields, and why some failed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rich import box
from rich.console import Console, Group
from rich.markup import escape
from rich.table import Table

from ingestio.answers import Batch, Document, DocumentResult
from ingestio.client import Client
from ingestio.terminal import print_json

# The names under which schemas of all kinds keep what people look for first.
WHO = ("vendor", "company", "supplier", "seller", "merchant", "employer", "account_holder", "name", "customer")
WHEN = ("date", "invoice_date", "issue_date", "period_end", "pay_date", "effective_date")
HOW_MUCH = ("total_amount", "total", "amount_due", "net_pay", "closing_balance", "amount")


@dataclass(frozen=True)
class Column:
    """A column of the table, in characters. None is as wide as what stands in it."""

    name: str
    justify: Literal["left", "right"] = "left"
    least: int | None = None
    most: int | None = None
    most_when_narrow: int | None = None


COLUMNS = (
    Column("File", most=24, most_when_narrow=20),
    Column("Type", most=17),
    Column("Status", least=9),
    Column("Who", most=27, most_when_narrow=18),
    Column("Date", least=10),
    Column("Total", "right", least=12),
    Column("Pages", "right"),
)
WIDE = 100  # characters
NARROW = {"File", "Status", "Who", "Date", "Total"}

# `to review` is a completed document that a person should look at.
_STYLES = {"completed": "green", "failed": "red", "cancelled": "dim"}


def results_table(documents: Sequence[Document], results: Iterable[DocumentResult], *, width: int) -> Group:
    """The table, and below it a paragraph for each document that failed. A narrow terminal gets fewer columns."""
    columns = [column for column in COLUMNS if width >= WIDE or column.name in NARROW]
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(
            column.name,
            justify=column.justify,
            no_wrap=True,
            min_width=column.least,
            max_width=column.most if width >= WIDE else column.most_when_narrow,
            overflow="ellipsis",
        )
    by_document = {result.document_id: result for result in results}
    for document in documents:
        cells = dict(zip((c.name for c in COLUMNS), cells_of(document, by_document.get(document.id)), strict=True))
        table.add_row(*(cells[column.name] for column in columns))
    return Group(table, *(complaint(document) for document in documents if document.error))


def cells_of(document: Document, result: DocumentResult | None) -> Sequence[str]:
    kind = (result.document_type if result else "") or document.document_type or ""
    status = f"[{_STYLES.get(document.status, 'default')}]{escape(document.status)}[/]"
    if document.needs_review or (result and result.needs_review):
        status = "[yellow]to review[/]"
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


def show_outcome(client: Client, batch: Batch, *, console: Console, as_json: bool) -> None:
    """What came of an ended batch: the table for people; or, as JSON on standard output, the batch, its documents, their results."""
    documents, results = list(client.documents(batch.id)), list(client.results(batch.id))
    if not as_json:
        console.print(results_table(documents, results, width=console.width))
        return
    print_json(
        {
            "batch": batch.model_dump(mode="json"),
            "documents": [document.model_dump(mode="json") for document in documents],
            "results": [result.model_dump(mode="json") for result in results],
        }
    )
