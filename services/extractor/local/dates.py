"""The dates of a document by their roles: issued, due, delivered; one is chosen for each role asked for."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from services.extractor.local.calendar_dates import Written, writes_month_first
from services.extractor.local.candidates import Candidate, choose
from services.extractor.local.layout import Cell, Layout, Line
from services.extractor.local.nearby import label_of
from services.extractor.local.text import mentions, words

ISSUED = words(
    "INVOICEDATE DATEOFINVOICE DATEOFISSUE ISSUEDATE ISSUEDAT ISSUEDON RECHNUNGSDATUM BELEGDATUM DATEDEFACTURE DATEFACTURE "
    "DATEDEFACTURATION FECHADEFACTURA FECHAFACTURA FECHADEEMISION DATAFATTURA DATADIFATTURA FACTUURDATUM DATAEMISSAO "
    "DATADEEMISSAO TARIKHINVOIS BILLDATE RECEIPTDATE AUSSTELLUNGSDATUM DATEDEMISSION BILLINGDATE DOCDATE DOCUMENTDATE DATAWYSTAWIENIA DATAFAKTURY "
    "FAKTURADATUM FAKTURADATO DATUMVYSTAVENI VYSTAVENO DATADAFATURA DATADOCUMENTO DATADIEMISSIONE DATEDEMISSION FECHADEEXPEDICION TAXPOINT"
)
DATE_WORDS = words("DATE DATUM FECHA DATA TARIKH DAT DATED ISSUED DT DD DATETIME LE DATO")
DOCUMENT_WORDS = words(
    "INVOICE RECHNUNG FACTURE FACTURA FATTURA FACTUUR FATURA RECEIPT BILL QUITTUNG BELEG CREDITNOTE GUTSCHRIFT AVOIR "
    "RECHNUNGSKORREKTUR HANDELSRECHNUNG INVOIS FAKTURA"
)
OTHER_ROLES = words(
    "DELIVERY LIEFER LIEFERDATUM LIEFERSCHEIN LEISTUNG LEISTUNGSDATUM LEISTUNGSZEITRAUM SUPPLY SERVICEDATE ORDER ORDERDATE "
    "ORDERDATUM BESTELL BESTELLDATUM BESTELLUNG AUFTRAG VERTRAG EXPIRY EXPIRES EXPIRED VALID GULTIG PERIOD ZEITRAUM "
    "PERIODE BIRTH GEBURT PRINT PRINTED VERSION ABRECHNUNGSZEITRAUM CHECKIN CHECKOUT LIVRAISON COMMANDE "
    "PEDIDO ENTREGA CONSEGNA ORDINE LEVERDATUM BESTELDATUM DATASPRZEDAZY DATADOSTAWY LEVERANSDATUM LEVERINGSDATO ORDRE ZAMOWIENIE OBJEDNAVKA DUZP RETURNED OPENING CLOSING SINCE JOINED VIREMENT PRELEVEMENT "
    "REGLEMENT VERSANDDATUM SHIP SHIPPED PAIDON"
)
ORDERED = words("ORDER ORDERDATE ORDERDATUM BESTELL BESTELLDATUM BESTELLUNG BESTELDATUM COMMANDE PEDIDO ORDINE")
DUE = words(
    "DUE DUEDATE PAYBY PAYMENTDUE FALLIG FALLIGKEIT FAELLIG ZAHLBAR ZAHLUNGSZIEL ZAHLBARBIS UBERWEISENSIEBIS BISZUM ECHEANCE "
    "DATEDECHEANCE DATELIMITE VENCIMIENTO SCADENZA VERVALDATUM VERVAL VENCIMENTO UNTIL REMIT TARIKHAKHIR DUEBY PAYABLEBY "
    "APAYERAVANT APAYERAVANTLE TEBETALENVOOR UITERSTEBETAALDATUM TERMINPLATNOSCI PLATNEDO FORFALLODATUM BETALASSENAST FORFALDSDATO BETALINGSFRIST FORFALL DATUMSPLATNOSTI SPLATNOST DATASCADENZA DATADEVENCIMENTO PAGARANTESDE SCADENTA"
)
TIME = re.compile(r"(?<!\d)\d{1,2}[:.]\d{2}(?:[:.]\d{2})?\s?(?:[AP]M)?(?![\d.])", re.IGNORECASE)
RANGE = re.compile(r"^\s*(?:[-\u2013\u2014]|TO|BIS|AU|TOT|AL)\s*\d", re.IGNORECASE)


@dataclass(frozen=True)
class _Seen:
    written: Written
    value: date
    line: Line
    cell: Cell
    label: str


def issue_date(layout: Layout, *, order: bool = False) -> Candidate | None:
    """The date of the document itself, as an ISO string. In an `order` that is the order's date."""
    seen = _dates(layout)
    counts = Counter(entry.value for entry in seen)
    return choose((_issued(entry, counts, len(layout.lines), order=order) for entry in seen), at_least=-1.0)


def due_date(layout: Layout) -> Candidate | None:
    """The date until which to pay; only with a label that says so."""
    due = [entry for entry in _dates(layout) if mentions(entry.label, DUE)]
    return choose((_candidate(entry, {"label": 3.0 - 0.001 * entry.line.index}) for entry in due), at_least=1.0)


def period_of(layout: Layout) -> tuple[Candidate, Candidate] | None:
    """First and last day of the first range of two dates: 01.04.2026 to 30.06.2026."""
    seen = _dates(layout)
    for first, last in pairwise(seen):
        between = first.line.text[first.written.end : last.written.start]
        if first.line is last.line and first.value < last.value and RANGE.match(between + "0"):
            return _candidate(first, {"range": 2.0}), _candidate(last, {"range": 2.0})
    return None


def labeled_date(layout: Layout, words: tuple[str, ...]) -> Candidate | None:
    """The date with one of these words as its label."""
    named = [entry for entry in _dates(layout) if mentions(entry.label, words)]
    return choose((_candidate(entry, {"label": 3.0 - 0.001 * entry.line.index}) for entry in named), at_least=1.0)


def _dates(layout: Layout) -> list[_Seen]:
    lines = [line for line in layout.lines if any(char.isdigit() for char in line.text)]
    month_first = writes_month_first([written for line in lines for written in line.dates], layout.text)
    seen = []
    for line in lines:
        for written in line.dates:
            value = written.swapped if month_first and written.swapped else written.value
            cell, start, end = _place(line, written)
            seen.append(_Seen(written, value, line, cell, label_of(layout, line, cell, start, end)))
    return seen


def _place(line: Line, written: Written) -> tuple[Cell, int, int]:
    """The cell of a date found in the text of its line, and its place in that cell."""
    start = 0
    for cell in line.cells:
        if written.start < start + len(cell.text):
            return cell, max(written.start - start, 0), written.end - start
        start += len(cell.text) + 1
    return line.cells[-1], 0, len(line.cells[-1].text)


def _issued(entry: _Seen, counts: Counter[date], lines: int, *, order: bool) -> Candidate:
    label, text = entry.label, entry.line.text
    rest = text[entry.written.end :]
    other = OTHER_ROLES if not order else tuple(word for word in OTHER_ROLES if word not in ORDERED)
    facts = {
        "label": 3.0
        if mentions(label, ISSUED) or (order and mentions(label, ORDERED))
        else 1.5
        if mentions(label, DATE_WORDS)
        else 0.0,
        "document": 1.2 if mentions(label, DOCUMENT_WORDS) else 0.0,
        "time": 0.8 if TIME.search(rest) or TIME.search(text[: entry.written.start]) else 0.0,
        "repeated": 0.3 * min(counts[entry.value] - 1, 2),
        "other role": -2.5 if mentions(label, other) else 0.0,
        "due": -3.0 if mentions(label, DUE) else 0.0,
        "range": -1.5 if RANGE.match(rest) or (len(entry.line.dates) > 1 and not mentions(label, ISSUED)) else 0.0,
        "style": -1.0 if entry.written.style == "digits" else 0.3,
        "place": -0.6 * entry.line.index / max(lines, 1),
    }
    return _candidate(entry, facts)


def _candidate(entry: _Seen, facts: dict[str, float]) -> Candidate:
    _, start, end = _place(entry.line, entry.written)
    words = entry.cell.words_at(start, end)
    spoken = frozenset(fact for fact, points in facts.items() if points > 0)
    return Candidate(entry.value.isoformat(), sum(facts.values()), entry.line.page, words, spoken)
