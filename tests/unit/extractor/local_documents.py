"""Makes small documents for the local extractor: rows of cells, each cell at the left edge it is given."""

from collections.abc import Sequence

from services.extractor.local import read_fields
from shared.pages import Page, Pages, Word
from shared.results import JsonObject, Result

Cells = Sequence[tuple[float, str]] | str
LETTER = 0.009
HEIGHT = 0.012


def page_of(*rows: Cells, number: int = 1, pitch: float = 0.02, confidence: float | None = None) -> Page:
    """A page with one row under another. A row is one text, or pairs of left edge and text."""
    words: list[Word] = []
    for index, row in enumerate(rows):
        top = 0.04 + index * pitch
        for left, text in [(0.08, row)] if isinstance(row, str) else row:
            words += _words(left, top, text, confidence)
    source = "text" if confidence is None else "ocr"
    return Page(number=number, width=600, height=850, source=source, words=tuple(words))


def document_of(*rows: Cells, confidence: float | None = None) -> Pages:
    return Pages(pages=(page_of(*rows, confidence=confidence),))


def read(*rows: Cells, document_type: str, prompt: str = "", schema: JsonObject | None = None) -> Result:
    return read_fields(document_of(*rows), document_type=document_type, prompt=prompt, schema=schema or {})


def properties(*names: str, **typed: JsonObject) -> JsonObject:
    """A schema with these properties, of any type or of the one given."""
    return {"type": "object", "properties": {name: {} for name in names} | typed}


def codes(result: Result) -> set[str]:
    return {warning.code for warning in result.warnings}


def _words(left: float, top: float, text: str, confidence: float | None) -> list[Word]:
    words = []
    for part in text.split():
        right = left + len(part) * LETTER
        words.append(Word(text=part, x0=left, y0=top, x1=right, y1=top + HEIGHT, confidence=confidence))
        left = right + 0.4 * LETTER
    return words


RECEIPT: tuple[Cells, ...] = (
    "ORCHARD LANE TRADING SDN BHD",
    "(778812-K)",
    "NO 14, JALAN KENARI 3,",
    "47100 PUCHONG, SELANGOR.",
    "TEL: 03-5550 1212",
    "TAX INVOICE",
    "Date: 17/11/2024 14:05",
    [(0.08, "Description"), (0.45, "Qty"), (0.6, "Price"), (0.8, "Amount")],
    [(0.08, "Garden twine"), (0.46, "2"), (0.6, "3.50"), (0.8, "7.00")],
    [(0.08, "Clay pot 20cm"), (0.46, "1"), (0.6, "12.42"), (0.8, "12.42")],
    [(0.08, "Total (Excluding GST)"), (0.8, "19.42")],
    [(0.08, "GST 6%"), (0.8, "1.17")],
    [(0.08, "Rounding"), (0.8, "0.01")],
    [(0.08, "Total"), (0.8, "RM 20.60")],
    [(0.08, "Cash"), (0.8, "50.00")],
    [(0.08, "Change"), (0.8, "29.40")],
)

INVOICE: tuple[Cells, ...] = (
    "Tannhof Werkzeuge GmbH - Am Sägewerk 8 - 79100 Freiburg",
    "",
    "Kornelia Wachter KG",
    "Lindenstraße 5",
    "34117 Kassel",
    "",
    "Rechnung Nr. TW-2024-0815",
    "Rechnungsdatum: 03.12.2024",
    "Zahlbar bis 17.12.2024",
    [(0.08, "Pos"), (0.14, "Beschreibung"), (0.5, "Menge"), (0.62, "Einzelpreis"), (0.8, "Betrag")],
    [(0.08, "1"), (0.14, "Handsäge"), (0.52, "4"), (0.63, "120,00"), (0.8, "480,00 €")],
    [(0.08, "2"), (0.14, "Feilensatz"), (0.52, "10"), (0.63, "52,00"), (0.8, "520,00 €")],
    [(0.5, "Nettobetrag"), (0.79, "1.000,00 €")],
    [(0.5, "zzgl. 19% MwSt."), (0.8, "190,00 €")],
    [(0.5, "Gesamtbetrag"), (0.79, "1.190,00 €")],
)
