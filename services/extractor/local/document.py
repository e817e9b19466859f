"""One document being read: every field found at most once, when it is asked for."""

import re
from collections.abc import Callable
from functools import cached_property

from services.extractor.local.address import address_of
from services.extractor.local.blocks import blocks_of
from services.extractor.local.candidates import Candidate
from services.extractor.local.company import Company, company_of
from services.extractor.local.currencies import document_currency
from services.extractor.local.dates import due_date, issue_date, labeled_date, period_of
from services.extractor.local.labeled_values import EMAIL, IBAN, PHONE, labeled_amount, labeled_value, matching
from services.extractor.local.layout import Layout, Line, layout_of
from services.extractor.local.line_items import Item, line_items_of
from services.extractor.local.numbers import document_number, labeled_number
from services.extractor.local.parties import Parties, parties_of
from services.extractor.local.rows_expected import expected_items, expected_transactions
from services.extractor.local.statements import transactions_of
from services.extractor.local.totals import Sums, stated_sums, sums_of
from shared.pages import Pages

ORDER_NUMBER = re.compile(
    r"(?<![^\W_])(?:P\.?O\.?|PURCHASE\s?ORDER|ORDER|BESTELL(?:UNG|NUMMER|NR)?|COMMANDE|PEDIDO|BON DE COMMANDE)\s*[-.]?\s*(?:NUMBER|NO|NR|N°|#|NUM)?(?![^\W\d_])\s*[.:#]*"
)


MOST_BELOW_TOTAL = 20  # rows with money: taxes, payment, change, points
STATED = frozenset({"owner", "seller", "label", "register"})  # who a receipt says was paid
LIKE_A_SHOP = frozenset({"legal form", "trade"})
LAW = re.compile(r"\b(?:laws? of|law of|Recht der|droit de la)\s+(?:the\s+)?([A-Z][\w]+(?:\s[A-Z][\w]+)*)")


class Document:
    """The fields of one document. Nothing is looked for before it is asked for."""

    def __init__(self, pages: Pages, document_type: str) -> None:
        self._pages = pages
        self._type = document_type

    @cached_property
    def layout(self) -> Layout:
        return layout_of(self._pages)

    @cached_property
    def sums(self) -> Sums:
        return sums_of(self.layout, receipt=self._type == "receipt")

    @cached_property
    def stated_sums(self) -> list[float]:
        """Every amount the document calls a total or subtotal of anything."""
        return stated_sums(self.layout)

    @cached_property
    def parties(self) -> Parties:
        return parties_of(self.layout)

    @cached_property
    def company(self) -> Company | None:
        return company_of(self.layout)

    @cached_property
    def items(self) -> list[Item]:
        return line_items_of(self._item_lines)

    @cached_property
    def _item_lines(self) -> tuple[Line, ...]:
        """The lines above the total, where items stand.

        All lines when the total comes before any of them, or so many amounts follow that it may not be the total.
        """
        total, lines = self.sums.total, self.layout.lines
        telling = {"label", "paid"} if self._type == "receipt" else {"label"}
        words = {id(word) for word in total.words} if total and total.facts & telling else set()
        at = next((line.index for line in lines if any(id(word) in words for word in line.words)), len(lines))
        above, below = (sum(line.has_money for line in part) for part in (lines[:at], lines[at:]))
        return lines[:at] if above and below <= MOST_BELOW_TOTAL else lines

    @cached_property
    def transactions(self) -> list[Item]:
        return transactions_of(self.layout)

    def rows(self, field: str) -> tuple[int, list[Item]]:
        """Rows counted from the layout, and rows read."""
        if field == "transactions":
            return expected_transactions(self.layout), self.transactions
        return expected_items(self._item_lines), self.items

    def find(self, field: str) -> Candidate | None:
        """The value of a field, None when the document does not show it. Raises KeyError for unknown fields."""
        return self._finders[field]()

    def knows(self, field: str) -> bool:
        return field in self._finders

    @cached_property
    def _finders(self) -> dict[str, Callable[[], Candidate | None]]:
        def text(*labels: str) -> Callable[[], Candidate | None]:
            return lambda: labeled_value(self.layout, labels)

        def money(*labels: str, last: bool = False) -> Callable[[], Candidate | None]:
            return lambda: labeled_amount(self.layout, labels, last=last)

        def end_of_period(index: int, *labels: str) -> Candidate | None:
            return self._period[index] if self._period else labeled_date(self.layout, labels)

        return {
            "vendor": self._vendor,
            "customer": lambda: self.parties.customer,
            "address": self._address,
            "date": lambda: issue_date(self.layout, order=self._type == "purchase_order"),
            "due_date": lambda: due_date(self.layout),
            "currency": self._currency,
            "total": lambda: self.sums.total,
            "net": lambda: self.sums.net,
            "tax": lambda: self.sums.tax,
            "number": lambda: document_number(self.layout) or text("document number")(),
            "order_number": lambda: labeled_number(self.layout, ORDER_NUMBER),
            "account_number": lambda: (
                matching(self.layout, IBAN) or text("account number", "account no", "Kontonummer")()
            ),
            "account_holder": text("account holder", "account name", "Kontoinhaber", "titulaire"),
            "period_start": lambda: end_of_period(0, "FROM", "VON", "PERIODSTART", "DU"),
            "period_end": lambda: end_of_period(1, "TO", "BIS", "UNTIL", "STATEMENTDATE"),
            "opening_balance": money("opening balance", "previous balance", "balance brought forward", "Anfangssaldo"),
            "closing_balance": money(
                "closing balance", "ending balance", "new balance", "Endsaldo", "balance carried forward", last=True
            ),
            "employee": text("employee name", "employee", "Arbeitnehmer", "Mitarbeiter"),
            "employer": lambda: text("employer", "Arbeitgeber")() or self.parties.vendor,
            "period": text("pay period", "period", "pay month", "Abrechnungsmonat"),
            "gross_pay": money("gross pay", "gross salary", "total earnings", "Gesamtbrutto", "gross"),
            "net_pay": money("net pay", "net salary", "take home pay", "Auszahlungsbetrag", "Nettoverdienst"),
            "sender": lambda: text("from", "sender", "Absender")() or self.parties.vendor or self._block(0),
            "recipient": lambda: text("to", "recipient", "Empfänger")() or self.parties.customer or self._block(1),
            "subject": text("subject", "re", "Betreff", "objet", "regarding"),
            "title": lambda: self._row(0),
            "parties": text("between", "parties"),
            "governing_law": lambda: matching(self.layout, LAW),
            "name": lambda: text("name", "full name")() or self._row(0),
            "email": lambda: matching(self.layout, EMAIL),
            "phone": lambda: text("phone", "tel", "mobile")() or matching(self.layout, PHONE),
        }

    @cached_property
    def _period(self) -> tuple[Candidate, Candidate] | None:
        return period_of(self.layout)

    def _vendor(self) -> Candidate | None:
        vendor = self.parties.vendor
        if self._type != "receipt":
            return vendor
        shop = self.company.found if self.company else None
        stated = vendor is not None and bool(vendor.facts & STATED)
        return vendor if stated and not (shop and shop.facts & LIKE_A_SHOP) else shop

    def _address(self) -> Candidate | None:
        return address_of(self.layout, self.company)

    def _currency(self) -> Candidate | None:
        found = document_currency(self.layout.text)
        if found is None:
            return None
        code, share, mark = found
        cell = next((c for line in self.layout.lines for c in line.cells if mark in c.text), None)
        start = cell.text.index(mark) if cell else 0
        words = cell.words_at(start, start + len(mark)) if cell else ()
        return Candidate(code, 2 * share, cell.page if cell else 1, words, frozenset({"mark"}), 3 * share)

    def _row(self, index: int) -> Candidate | None:
        rows = [line for line in self.layout.lines[:8] if line.has_letters]
        if index >= len(rows):
            return None
        cell = max(rows[index].cells, key=lambda c: len(c.text))
        return Candidate(cell.text, 1.0, cell.page, cell.row.words, frozenset({"place"}), 0.5)

    def _block(self, index: int) -> Candidate | None:
        """The first row of an address-like block, counted from the top of the first page."""
        tops = [block.top for block in blocks_of(self.layout) if len(block.cells) > 2 and block.top.page == 1]
        tops = [top for top in tops if top.box[1] < 0.4]
        if index >= len(tops):
            return None
        return Candidate(tops[index].text, 1.0, 1, tops[index].row.words, frozenset({"place"}), 0.3)
