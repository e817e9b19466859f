"""What columns of lists are called, and whether a heading names the column a property asks for."""

from collections.abc import Sequence

from services.extractor.local.currencies import CODES
from services.extractor.local.field_names import ITEM_FIELD_OF
from services.extractor.local.repair import nearly
from services.extractor.local.tables import COLUMN_WORDS
from services.extractor.local.text import compact, has_letters, tokens

MORE_WORDS = {
    "code": "SKU CODE ARTICLENO ARTICLENUMBER ITEMNO ITEMCODE ITEMNUMBER ARTIKELNUMMER ARTNR ARTIKELNR ARTNO REFERENCE REF REFERENCIA CODICE CODIGO PARTNO "
    "PARTNUMBER EAN GTIN PRODUCTCODE MATERIAL INDEKS ARTICULO VARENR KOD ARTIKELKOD",
    "unit": "UNIT UOM EINHEIT EINH ME UNITE UNIDAD UNITA EENHEID JM ENHET ENHED MJ UM",
    "hours": "HOURS HRS STUNDEN STD HEURES HORAS ORE UREN GODZINY TIMER TIMMAR HODINY HOURSWORKED TOTALHOURS ARBEITSZEIT UNITS",
    "discount": "DISCOUNT DISC RABATT REMISE DESCUENTO SCONTO KORTING DESCONTO RABAT SLEVA REM DTO",
    "tax_rate": "TAXRATE VATRATE MWST UST TVA IVA BTW VAT GST MOMS DPH TAX STEUERSATZ",
    "start": "START STARTTIME FROM BEGIN BEGINN VON DEBUT INICIO INIZIO VAN OD FRA TIMEIN CLOCKIN IN ARRIVAL KOMMEN ENTRADA",
    "end": "END ENDTIME TO FINISH BIS FIN ENDE FINE EINDE TOT DO TIL TIMEOUT CLOCKOUT OUT GEHEN SALIDA",
    "break": "BREAK PAUSE PAUSA BREAKTIME LUNCH PAUZE PRZERWA",
    "project": "PROJECT PROJEKT PROJET PROYECTO PROGETTO JOB PROJEKTNUMMER PROJECTCODE",
    "task": "TASK ACTIVITY TATIGKEIT AUFGABE TACHE ACTIVITE TAREA ACTIVIDAD ATTIVITA WORKDONE TAAK WERKZAAMHEDEN ZADANIE NOTES COMMENT REMARKS",
    "name": "NAME EMPLOYEE MITARBEITER NOM NOMBRE NOME NAAM NAVN NAMN NAZWISKO WORKER PERSON",
    "day": "DAY WEEKDAY TAG WOCHENTAG JOUR DIA GIORNO DAG DZIEN DEN",
    "year_to_date": "YTD YEARTODATE TOTALYTD KUMULIERT JAHRESSUMME CUMUL ACUMULADO PROGRESSIVO",
    "employer": "EMPLOYER EMPLOYERSHARE PARTPATRONALE ARBEITGEBER EMPRESA WERKGEVER",
    "delivery_date": "DELIVERYDATE DELIVERY DELIVERBY LIEFERDATUM LIEFERTERMIN LIVRAISON ENTREGA CONSEGNA LEVERDATUM DUEDATE REQUIRED",
    "value_date": "VALUEDATE VALUTA WERTSTELLUNG DATEVALEUR FECHAVALOR DATAVALUTA VALUTADATUM",
    "label": "LABEL FIELD LINE NAME DESCRIPTION ITEM",
}  # fmt: skip
LIST_TITLES = {
    "DEDUCTIONS": "DEDUCTIONS DEDUCTION ABZUGE GESETZLICHEABZUGE RETENUES COTISATIONS DEDUCCIONES TRATTENUTE INHOUDINGEN DESCONTOS POTRACENIA AVDRAG SRAZKY",
    "EARNINGS": "EARNINGS PAYMENTS PAY BEZUGE BRUTTOBEZUGE VERGUTUNG GAINS REMUNERATION DEVENGOS COMPETENZE VERDIENSTEN BEZOLDIGING VENCIMENTOS PRZYCHODY LON PRIJMY",
}  # fmt: skip
TITLE_OF = {word: title for title, words in LIST_TITLES.items() for word in words.split()}
TEXTS = frozenset({"description", "name", "task", "label"})
WORDS = {
    concept: frozenset((COLUMN_WORDS.get(concept, "") + " " + MORE_WORDS.get(concept, "")).split())
    for concept in {**COLUMN_WORDS, **MORE_WORDS}
}


def concepts_of(name: str) -> frozenset[str]:
    """The concepts a property name or a heading may mean; one word can have several."""
    key = compact(_without_currency(name))
    own = ITEM_FIELD_OF.get(key)
    return frozenset(concept for concept, words in WORDS.items() if key in words) | ({own} if own else set())


def agreement(heading: str, asked: Sequence[str]) -> float:
    """How well a heading names one of the wordings asked for: 3 the same words, 2 the same concept, 1 some words."""
    return max((_agreement(heading, wording) for wording in asked), default=0.0)


def nearly_names(heading: str, asked: Sequence[str]) -> bool:
    """Whether a heading is one of the wordings, or a word for the same, but for one letter that OCR misread."""
    key = compact(_without_currency(heading))
    meant = {word for wording in asked for concept in concepts_of(wording) for word in WORDS[concept]}
    return len(key) > 2 and nearly(key, {*map(compact, asked), *meant}, edits=1)


def names_list(heading: str, name: str) -> bool:
    """Whether a heading is the title of the list with this property name: Abzüge are deductions."""
    key = compact(heading)
    title = TITLE_OF.get(compact(name))
    return key == compact(name) or (title is not None and TITLE_OF.get(key) == title)


def _without_currency(heading: str) -> str:
    """Amount SEK and Amount (€) are amounts."""
    words = [word for word in heading.split() if has_letters(word, 1) or word.isalnum()]
    return " ".join(word for word in words if word.strip("()[].,:").upper() not in CODES) or heading


def _agreement(heading: str, wording: str) -> float:
    heading = _without_currency(heading)
    here, there = tokens(heading), tokens(wording)
    if not here or not there:
        return 0.0
    if compact(heading) == compact(wording) or here == there:
        return 3.0
    if concepts_of(heading) & concepts_of(wording):
        return 2.0
    shared = {word for word in here & there if len(word) > 2}
    return len(shared) / max(len(here), len(there)) if shared and (here <= there or there <= here) else 0.0
