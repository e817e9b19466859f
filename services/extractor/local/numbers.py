"""Document numbers: a label, and the value to its right or below it."""

import re
from collections.abc import Iterator, Sequence

from services.extractor.local.amounts import amounts_in
from services.extractor.local.calendar_dates import dates_in
from services.extractor.local.candidates import Candidate, choose
from services.extractor.local.layout import Cell, Layout, Line
from services.extractor.local.nearby import below

DOCUMENT = (
    r"INVOICE|TAX\s*INVOICE|RECHNUNGS?|RE|HANDELSRECHNUNG|RECHNUNGSKORREKTUR|KORREKTURRECHNUNG|STORNORECHNUNG|SCHLUSSRECHNUNG|BELEG|"
    r"FACTURE|AVOIR|FACTURA|FATTURA|FACTUUR|FATURA|CREDIT\s?NOTE|CREDIT\s?MEMO|GUTSCHRIFTS?|BILL|RECEIPT|DOCUMENT|DOC|INVOIS|INV|VOUCHER|BOOKING|FAKTURA|FAKTURY|FAKTURE|FAKTUR"
)
STRONG = re.compile(
    rf"(?<![^\W_])(?:{DOCUMENT})(?:\s?\(\d+\))?\s*[-\u2013.]?\s*(?:NUMBER|NUMMER|NUMERO|CISLO|NO|NR|N°|Nº|N\.?[°º]|#|№|ID|NUM|REF|C\.|N\.)(?![^\W\d_])\s*[.°º#]*\s*[:.]*"
    rf"|(?<![^\W_])(?:NUMERO|NUMER|NUMMER|NUMBER|CISLO|NO|NR|N\.?[°º]|N)\.?\s*(?:DE\s*LA\s*|DE\s*|DA\s*|DELLA\s*|DI\s*|OF\s*)?(?:{DOCUMENT})(?![^\W\d_])\s*[:.]*"
)
WEAK = re.compile(rf"(?<![^\W_])(?:{DOCUMENT})(?![^\W\d_])\s*[:#]*")
HASH = re.compile(r"^(?=#\s?\w+$)")
VALUE = re.compile(
    r"\d{1,4}(?: \d{2,4}){2,}(?=\s*$)|#?\s?(?=[\w/.#-]*\d)[^\W_][\w]*(?:[/_.-][\w]+)*|#\s?[^\W_][\w/.-]*\d[\w]*"
)
FOREIGN = re.compile(
    r"KUNDEN|CUSTOMER|CLIENT|ORDER|BESTELL|LIEFERSCHEIN|AUFTRAG|ACCOUNT|URSPRUNG|STEUER|VAT\b|UST|TVA|LIEE|ORIGINAL|RELATED|PO\b|PHONE|TEL|"
    r"GST|TAX\s?(?:NO|ID|REG)|SIRET|REGISTER|COMPANY|CO\.|BTW|KVK|IBAN|ADRESSE|ADRES\b|ADDRESS|EMPFANGER|DATE\b|DATUM|MAIL|GLN|CASHIER|TOTAL"
)


def document_number(layout: Layout) -> Candidate | None:
    """The invoice or receipt number as it is written."""
    labels = ((STRONG, 3.0), (WEAK, 1.6), (HASH, 1.5))
    found = choose(_candidates(layout, labels), at_least=1.0)
    return found if found and found.score > 2.0 else choose(_torn(layout), at_least=1.0) or found


def _torn(layout: Layout) -> Iterator[Candidate]:
    """Labels that a text layer tore apart: Rechnungskor rektur Nr. 7."""
    for line in layout.outer_lines:
        for cell in line.cells:
            for gap in [match.start() for match in re.finditer(" ", cell.text)][:3]:
                joined = _unaccented(cell.text[:gap] + cell.text[gap + 1 :])
                match = STRONG.match(joined)
                if match and match.end() > gap:
                    found = _value_in(cell, match.end() + 1, 2.0, near=8)
                    yield from [found] if found else []


def is_number_label(text: str) -> bool:
    """Whether a text is nothing but the label of a document's number."""
    return bool(STRONG.fullmatch(_unaccented(text).strip()))


def labeled_number(layout: Layout, label: re.Pattern[str]) -> Candidate | None:
    """The value with a digit beside the label."""
    return choose(_candidates(layout, ((label, 3.0),), foreign=None), at_least=1.0)


def _candidates(
    layout: Layout, labels: Sequence[tuple[re.Pattern[str], float]], *, foreign: re.Pattern[str] | None = FOREIGN
) -> Iterator[Candidate]:
    for line in layout.outer_lines:
        for position, cell in enumerate(line.cells):
            upper = _unaccented(cell.text)
            for label, points in labels:
                for match in label.finditer(upper):
                    score = points - 0.01 * min(line.index, 60)
                    score -= (
                        2.5 if foreign and foreign.search(upper[max(match.start() - 14, 0) : match.start()]) else 0.0
                    )
                    yield from _right_of(line, position, match.end(), score)
                    yield from _under(layout, cell, match, score - 0.7)


def _unaccented(text: str) -> str:
    table = str.maketrans("ÄÖÜÉÈÊÀÂÇÓÍÚÑÔÎÛËČÁÝŘŠŽŁ", "AOUEEEAACOIUNOIUECAYRSZL")
    upper = "".join(char.upper() if len(char.upper()) == 1 else char for char in text)
    return upper.translate(table)


def _right_of(line: Line, position: int, start: int, score: float) -> Iterator[Candidate]:
    """The first value after the label: in its cell, else at the start of the next cell."""
    cell = line.cells[position]
    rest = cell.text[start:]
    if re.match(r"-?\w", rest) and re.search(r"[^\W\d_]-?$", cell.text[:start]):
        return  # the label is the beginning of the number itself: PO-77015
    if rest.strip(" :.#-"):
        found = _value_in(cell, start, score + 0.5, near=8)
    elif position + 1 < len(line.cells):
        found = _value_in(line.cells[position + 1], 0, score + 0.5, near=4)
    else:
        found = None
    if found:
        yield found


def _under(layout: Layout, cell: Cell, match: re.Match[str], score: float) -> Iterator[Candidate]:
    """Below a label that fills its cell: a value that stands alone in its cell."""
    if len(cell.text) - (match.end() - match.start()) > 4:
        return
    for other in below(layout, cell, rows=2)[:1]:
        found = _value_in(other, 0, score, near=2)
        if found and len(other.text) - len(str(found.value)) < 4:
            yield found


def _value_in(cell: Cell, start: int, score: float, *, near: int) -> Candidate | None:
    taken = [(written.start, written.end) for written in dates_in(cell.text) if written.style != "digits"]
    for match in VALUE.finditer(cell.text, start):
        text = match.group().strip().rstrip(".-/")
        if match.start() - start > near:
            return None
        if any(first < match.end() and match.start() < last for first, last in taken):
            return None
        if _is_money(text) or sum(char.isdigit() for char in text) < 1 or len(text) < 2:
            continue
        digits = sum(char.isdigit() for char in text)
        facts = frozenset({"label"} | ({"long"} if digits >= 4 else set()))
        points = score + (0.4 if digits >= 4 else -0.6 if digits < 2 else 0.0)
        return Candidate(text, points, cell.page, cell.words_at(match.start(), match.end()), facts)
    return None


def _is_money(text: str) -> bool:
    return any(amount.decimals == 2 and amount.end - amount.start >= len(text) for amount in amounts_in(text))
