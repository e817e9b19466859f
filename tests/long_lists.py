"""Makes statements, invoices and ledgers of any length whose every row is known: PDFs with all that makes lists hard to read.

Wrapped rows, headings repeated on each page, sums carried over, subtotals, rows that differ in one value or in none.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import NamedTuple

import orjson
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from services.ingest.inspection_child import inspect_file
from shared.pages import Pages
from shared.results import JsonObject

PER_PAGE = 49
LINE = 14.2  # points
WRAP_EVERY = 9
LISTS = {"statement": "transactions", "invoice": "line_items", "ledger": "entries"}
WHATS = (
    "Card payment",
    "Transfer to savings",
    "Office paper A4",
    "Monthly rent",
    "Printer toner black",
    "Payroll March",
)
PLACES = ("Harbour branch", "Mill Road", "Unit 7b", "reference on file", "North gate")


class Column(NamedTuple):
    """A column's property, heading and edge in points; amounts end there, texts begin there."""

    name: str
    heading: str
    edge: float
    right: bool = False


class Format(NamedTuple):
    """How a document prints dates and amounts."""

    day: str
    thousands: str
    decimal: str

    def amount(self, value: float) -> str:
        whole = f"{value:,.2f}"
        return whole.translate({ord(","): self.thousands, ord("."): self.decimal})


FORMATS = (
    Format("%d.%m.%Y", ".", ","),
    Format("%d/%m/%Y", ",", "."),
    Format("%Y-%m-%d", ",", "."),
    Format("%d %b %Y", ",", "."),
)


@dataclass
class LongList:
    """A document and its truth: `whole` are the values beside the rows, `pages` the rows of each page."""

    kind: str
    columns: tuple[Column, ...]
    whole: JsonObject
    pages: list[list[JsonObject]]
    style: Format
    schema: JsonObject

    @property
    def list_name(self) -> str:
        return LISTS[self.kind]

    @property
    def rows(self) -> list[JsonObject]:
        return [row for page in self.pages for row in page]

    @property
    def truth(self) -> JsonObject:
        return self.whole | {self.list_name: self.rows}


def a_statement(rows: int, *, seed: int = 1) -> LongList:
    """Date, description, amount and running balance; opening and closing balance, carried over from page to page."""
    chance = random.Random(seed)
    style = chance.choice(FORMATS)
    balance = opening = 5000.0
    listed: list[JsonObject] = []
    for number in range(rows):
        amount = float(chance.choice((-5, -12.5, -12.5, -80.25, 1300, 64.99)))
        balance = round(balance + amount, 2)
        day = date(2026, 1, 1) + timedelta(days=number * 300 // rows)
        listed.append({"date": day.isoformat(), "description": _what(chance), "amount": amount, "balance": balance})
    columns = (
        Column("date", "Date", 45),
        Column("description", "Description", 125),
        Column("amount", "Amount", 430, right=True),
        Column("balance", "Balance", 545, right=True),
    )
    whole = {"account_holder": "Ada Lovelace", "opening_balance": opening, "closing_balance": balance}
    return _made("statement", columns, whole, listed, style)


def an_invoice(rows: int, *, seed: int = 1) -> LongList:
    """Position, description, quantity, unit price and amount; subtotals on each page, net, tax and total at the end."""
    chance = random.Random(seed)
    listed: list[JsonObject] = []
    for number in range(rows):
        quantity, price = chance.randint(1, 9), float(chance.choice((2.5, 4.2, 19.99, 120, 7.75)))
        listed.append(
            {
                "position": number + 1,
                "description": _what(chance),
                "quantity": quantity,
                "unit_price": price,
                "amount": round(quantity * price, 2),
            }
        )
    columns = (
        Column("position", "Pos", 45),
        Column("description", "Description", 80),
        Column("quantity", "Qty", 350, right=True),
        Column("unit_price", "Price", 440, right=True),
        Column("amount", "Amount", 545, right=True),
    )
    net = round(sum(row["amount"] for row in listed), 2)
    tax = round(net * 0.19, 2)
    whole = {"vendor": "Northwind Paper Ltd", "net_amount": net, "tax_amount": tax, "total_amount": round(net + tax, 2)}
    return _made("invoice", columns, whole, listed, chance.choice(FORMATS))


def a_ledger(rows: int, *, seed: int = 1) -> LongList:
    """Date, reference, text, and either a debit or a credit."""
    chance = random.Random(seed)
    listed: list[JsonObject] = []
    for number in range(rows):
        amount, day = (
            float(chance.choice((15, 15, 230.4, 1999))),
            date(2026, 3, 1) + timedelta(days=number * 28 // rows),
        )
        side = chance.random() < 0.6
        listed.append(
            {
                "date": day.isoformat(),
                "reference": f"B{chance.randint(100, 130)}",
                "text": _what(chance),
                "debit": amount if side else None,
                "credit": None if side else amount,
            }
        )
    columns = (
        Column("date", "Date", 45),
        Column("reference", "Ref", 125),
        Column("text", "Text", 170),
        Column("debit", "Debit", 450, right=True),
        Column("credit", "Credit", 545, right=True),
    )
    return _made("ledger", columns, {"company": "Northwind Paper Ltd"}, listed, chance.choice(FORMATS))


MAKERS: dict[str, Callable[..., LongList]] = {"statement": a_statement, "invoice": an_invoice, "ledger": a_ledger}


def as_pdf(document: LongList) -> bytes:
    """The document as it is printed."""
    file = BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=True)
    carried = document.whole.get("opening_balance")
    for number, rows in enumerate(document.pages, 1):
        y = _heading(canvas, document, number, carried)
        for row in rows:
            y = _row(canvas, document, row, y)
        carried = _foot(canvas, document, number, y)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def text_pages(pdf: bytes) -> Pages:
    """The text layer as intake takes it."""
    return Pages.model_validate(orjson.loads(inspect_file({}, BytesIO(pdf)))["layer"])


def _what(chance: random.Random) -> str:
    what = chance.choice(WHATS)
    return f"{what} {chance.choice(PLACES)}" if chance.random() < 1 / WRAP_EVERY else what


def _made(
    kind: str, columns: tuple[Column, ...], whole: JsonObject, listed: Sequence[JsonObject], style: Format
) -> LongList:
    pages = [list(listed[start : start + PER_PAGE]) for start in range(0, len(listed), PER_PAGE)]
    row = {column.name: _type(column.name) for column in columns}
    rows = {"type": "array", "items": {"type": "object", "properties": row}}
    schema = {"type": "object", "properties": {key: _type(key) for key in whole} | {LISTS[kind]: rows}}
    return LongList(kind, columns, whole, pages, style, schema)


def _type(name: str) -> JsonObject:
    if name in {"account_holder", "vendor", "company", "description", "text", "reference"}:
        return {"type": ["string", "null"]}
    return {"type": ["string", "null"], "format": "date"} if name == "date" else {"type": ["number", "null"]}


def _heading(canvas: Canvas, document: LongList, number: int, carried: float | None) -> float:
    canvas.setFont("Helvetica-Bold", 11)
    names = [value for value in document.whole.values() if isinstance(value, str)]
    canvas.drawString(45, 812, f"{names[0]}   {document.kind.title()}")
    canvas.setFont("Helvetica", 8)
    canvas.drawString(480, 812, f"Page {number} of {len(document.pages)}")
    for column in document.columns:
        (canvas.drawRightString if column.right else canvas.drawString)(column.edge, 795, column.heading)
    if carried is None:
        return 795 - LINE
    canvas.drawString(125, 795 - LINE, "Opening balance" if number == 1 else "Brought forward")
    canvas.drawRightString(document.columns[-1].edge, 795 - LINE, document.style.amount(carried))
    return 795 - 2 * LINE


def _row(canvas: Canvas, document: LongList, row: JsonObject, y: float) -> float:
    for column in document.columns:
        value = row[column.name]
        if value is None:
            continue
        draw = canvas.drawRightString if column.right else canvas.drawString
        lines = _printed(column.name, value, document.style)
        for place, text in enumerate(lines):
            draw(column.edge, y - place * LINE * 0.55, text)
    wrapped = any(isinstance(value, str) and _wraps(value) for value in row.values())
    return y - (LINE if not wrapped else LINE * 1.45)


def _printed(name: str, value: str | float, style: Format) -> list[str]:
    if isinstance(value, str):
        if name == "date":
            return [date.fromisoformat(value).strftime(style.day)]
        return list(_wraps(value) or (value,))
    return [str(value) if name in {"position", "quantity"} else style.amount(value)]


def _wraps(text: str) -> tuple[str, str] | None:
    """The two lines of a text that does not fit into one."""
    place = next((place for place in PLACES if text.endswith(place)), None)
    return (text.removesuffix(place).strip(), place) if place else None


def _foot(canvas: Canvas, document: LongList, number: int, y: float) -> float | None:
    """What stands below the rows; returns what the next page begins with."""
    right, amount, last = document.columns[-1].edge, document.style.amount, number == len(document.pages)
    lines: list[tuple[str, float]] = []
    rows = document.pages[number - 1]
    if document.kind == "statement":
        lines = [("Closing balance" if last else "Carried forward", rows[-1]["balance"])]
    elif document.kind == "invoice":
        lines = [("Subtotal of this page", round(sum(row["amount"] for row in rows), 2))]
        names = (("Net amount", "net_amount"), ("VAT 19%", "tax_amount"), ("Total amount", "total_amount"))
        lines += [(label, document.whole[name]) for label, name in names] if last else []
    for place, (label, value) in enumerate(lines):
        canvas.drawString(document.columns[1].edge, y - LINE * 0.9 * place, label)
        canvas.drawRightString(right, y - LINE * 0.9 * place, amount(value))
    return lines[0][1] if document.kind == "statement" else None
