"""Tables of items: where their columns stand, and which rows belong to them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.extractor.local import keywords as k
from services.extractor.local.layout import Line
from services.extractor.local.text import compact, first_mention, has_letters, mentions, plain, tokens

COLUMN_WORDS = {
    "description": "DESCRIPTION ITEM ITEMS ARTICLE ARTIKEL BESCHREIBUNG BEZEICHNUNG PRODUKT PRODUCT TITLE DESIGNATION OMSCHRIJVING CONCEPTO "
    "DESCRIPCION DESCRIZIONE DESCRICAO PARTICULARS LEISTUNG ARTIKELBEZEICHNUNG DETAILS KETERANGAN GOODS CDESIGNATION POSTEN TEXT LIBELLE "
    "BUCHUNGSTEXT VERWENDUNGSZWECK TRANSACTION NARRATIVE NAZWA NAZWATOWARU OPIS BENAMNING BESKRIVNING BESKRIVELSE VARENAVN POPIS NAZEVPOLOZKY ARTICOLO "
    "ARTIGO ARTICULO DESIGNACAO ITEMDESCRIPTION PRESTATION",
    "quantity": "QTY QUANTITY MENGE ANZAHL NOMBRE QUANTITE AANTAL HOEVEELHEID CANTIDAD QTA QUANTITA QNTY HOURS STUNDEN KUANTITI UNITS STUCK QTE UDS UNIDADES CANT QTD QUANTIDADE ILOSC ANTAL MNOZSTVI POCET ANZ",
    "unit_price": "PRICE UNITPRICE RATE PREIS EINZELPREIS NETTOPREIS VKPREIS PU PRIX PRIXUNITAIRE PRIJS PRIJSPERSTUK PRECIO PREZZO UP SPRICE UPRICE "
    "UNITAIRE PUHT HARGA STUCKPREIS EP RSP EINZEL IMPORTEUNITARIO EPREIS STUKPRIJS TARIEF ANSATZ PRECO PRECOUNITARIO CENA CENANETTO CENAJEDN CENAZAKUS PRIS APRIS ENHEDSPRIS STKPRIS "
    "PRICEEACH PRECIOUNITARIO PREZZOUNITARIO COST EACH",
    "amount": "AMOUNT AMT TOTAL BETRAG GESAMTBETRAG ZEILENBETRAG NETTOWERT ENTGELT GESAMT MONTANT PRIXHT MONTANTHT BEDRAG IMPORTE IMPORTO VALOR "
    "LINETOTAL GESAMTPREIS TOTALHT JUMLAH SUMME TOTAI ARNOUNT GP NETTOBETRAG TOTALPRICE PRIJSINCLBTW UMSATZ NET WARTOSC WARTOSCNETTO BELOPP BELOB SUMMA IALT CELKEM CENACELKEM VALOR TOTAAL TOTALE TOTALEUR",
    "position": "POS POSITION NR NO LP LINE SNO SLNO LFDNR NUM",
    "tax": "TAX VAT GST MWST UST TVA IVA BTW STEUER DISC RABATT REM CODE TAXES VATRATE SST",
    "debit": "DEBIT WITHDRAWAL WITHDRAWALS PAIDOUT MONEYOUT SOLL LASTSCHRIFT DEBITS CHARGES",
    "credit": "CREDIT DEPOSIT DEPOSITS PAIDIN MONEYIN HABEN GUTSCHRIFTEN CREDITS",
    "balance": "BALANCE SALDO KONTOSTAND SOLDE",
    "date": "DATE DATUM BUCHUNGSTAG VALUTA FECHA DATA WERTSTELLUNG BUCHUNG",
}  # fmt: skip
KIND_OF = {word: kind for kind, words in COLUMN_WORDS.items() for word in words.split()}
TOTALS = (*k.TOTAL, *k.SUBTOTAL, *k.NET, *k.GROSS, *k.DUE)
END_WORDS = tuple(
    set(TOTALS) - {"NET", "HT", "TTC", "NETTO", "SUM", "INC", "PAYABLE", "MONTANT", "WARENWERT", "NETTOWERT"}
)
SUM_NAMES = frozenset({*k.TAX, "NET", "NETTO", "HT", "TTC"})
NEAR = 0.05  # of the page width


@dataclass(frozen=True)
class Table:
    """A heading, the place of its columns, and the rows under it up to the totals."""

    header: Line | None
    columns: dict[str, tuple[float, float]]
    rows: tuple[Line, ...]


def tables_of(lines: Iterable[Line]) -> Iterator[Table]:
    """Every table with a heading. A heading repeated on a later page continues as a table of its own."""
    header: Line | None = None
    columns: dict[str, tuple[float, float]] = {}
    rows: list[Line] = []
    for line in lines:
        found = columns_of(line)
        if found:
            if header:
                yield Table(header, columns, tuple(rows))
            header, columns, rows = line, found, []
        elif header and (is_end(line) or _heads_taxes(line)):
            yield Table(header, columns, tuple(rows))
            header = None
        elif header:
            rows.append(line)
    if header:
        yield Table(header, columns, tuple(rows))


def is_item_table(columns: dict[str, tuple[float, float]], header: Line) -> bool:
    """Whether a heading is one of items: it names more than taxes and amounts, and is no summary."""
    return not mentions(header.text, k.SUMMARY) and bool(set(columns) - {"tax", "amount", "date"})


def columns_of(line: Line) -> dict[str, tuple[float, float]] | None:
    """The columns a line names, None unless it names an amount or price and one thing more, and holds no money."""
    if line.has_money or not line.has_letters or len(line.text) > 160:
        return None
    spans: dict[str, tuple[float, float]] = {}
    for kind, left, right in _named_spans(line):
        known = spans.get(kind)
        spans[kind] = (
            (min(known[0], left), right) if known and left - known[1] < 0.03 else spans.get(kind, (left, right))
        )
        if kind == "amount":
            spans[kind] = (left, right)
    money = spans.keys() & {"amount", "unit_price", "debit", "credit", "balance"}
    return spans if money and len(spans) >= 2 else None


def _named_spans(line: Line) -> Iterator[tuple[str, float, float]]:
    for cell in line.cells:
        whole = KIND_OF.get(cell.compact)
        if whole:
            yield whole, cell.box[0], cell.box[2]
            continue
        start = 0
        for word in cell.text.split(" "):
            kind = KIND_OF.get(compact(word)) or KIND_OF.get(compact(word.split("(")[0]))
            if kind:
                yield kind, *cell.span(start, start + len(word))
            start += len(word) + 1


def is_end(line: Line) -> bool:
    """A row of totals: it has a number and its first words say total, subtotal or net."""
    if not any(cell.amounts for cell in line.cells):
        return False
    first = _leading_words(line.text)
    if "TOTAL" in tokens(first):
        return True
    labels = [first, *(cell.text for cell in line.cells[1:] if has_letters(cell.text, 3))]
    return any(_begins_with_total(label) for label in labels) or mentions(first, k.SUBTOTAL)


def _heads_taxes(line: Line) -> bool:
    """The heading of a table of tax rates, which may stand between the items and their sum."""
    return not line.has_money and mentions(line.text, k.TAX) and mentions(line.text, (*k.NET, *k.SUBTOTAL, *k.GROSS))


def _begins_with_total(label: str) -> bool:
    letters = "".join(char for char in plain(label) if char.isalpha())
    return letters in SUM_NAMES or (
        first_mention(label, END_WORDS) is not None and compact(label).startswith(END_WORDS)
    )


def _leading_words(text: str) -> str:
    digits = next((index for index, char in enumerate(text) if char.isdigit()), len(text))
    return text[: max(digits, 12)]


def column_at(columns: dict[str, tuple[float, float]], left: float, right: float) -> str | None:
    """The column a span stands in: by overlap, else by the nearest edge."""
    best, distance = None, NEAR
    for kind, (x0, x1) in columns.items():
        away = max(x0 - right, left - x1, 0.0) - 0.001 * max(min(x1, right) - max(x0, left), 0.0)
        aligned = min(away, abs(right - x1) if away > 0 else away)
        if aligned < distance:
            best, distance = kind, aligned
    return best
