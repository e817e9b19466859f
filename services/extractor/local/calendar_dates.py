"""Calendar dates in running text, in numbers and in the month names of many languages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.extractor.local.places import STATE
from services.extractor.local.text import plain

MONTHS = {
    1: "JAN JANUARY JANUAR JANVIER JANV ENERO ENE GENNAIO GEN JANUARI JANEIRO JAENNER JANNER STYCZNIA STY LEDNA IANUARIE",
    2: "FEB FEBRUARY FEBRUAR FEVRIER FEV FEVR FEBRERO FEBBRAIO FEBRUARI FEVEREIRO LUTEGO LUT UNORA FEBRUARIE",
    3: "MAR MARCH MARZ MAERZ MRZ MARS MARZO MAART MRT MARCO MAC MARTS MARCA BREZNA MARTIE",
    4: "APR APRIL AVRIL AVR ABRIL ABR APRILE KWIETNIA KWI DUBNA APRILIE",
    5: "MAY MAI MAYO MAGGIO MAG MEI MAIO MAJ MAJA KVETNA",
    6: "JUN JUNE JUNI JUIN JUNIO GIUGNO GIU JUNHO CZERWCA CZE CERVNA IUNIE",
    7: "JUL JULY JULI JUILLET JUIL JULIO LUGLIO LUG JULHO JULAI LIPCA LIP CERVENCE IULIE",
    8: "AUG AUGUST AOUT AGOSTO AGO AUGUSTUS OGOS OGO AUGUSTI SIERPNIA SIE SRPNA",
    9: "SEP SEPT SEPTEMBER SEPTEMBRE SEPTIEMBRE SETTEMBRE SET SETEMBRO WRZESNIA WRZ ZARI SEPTEMBRIE",
    10: "OCT OCTOBER OKT OKTOBER OCTOBRE OCTUBRE OTTOBRE OTT OUTUBRO OUT PAZDZIERNIKA PAZ RIJNA OCTOMBRIE",
    11: "NOV NOVEMBER NOVEMBRE NOVIEMBRE NOVEMBRO LISTOPADA LIS LISTOPADU NOIEMBRIE",
    12: "DEC DECEMBER DEZ DEZEMBER DECEMBRE DIC DICIEMBRE DICEMBRE DEZEMBRO DIS DISEMBER GRUDNIA GRU PROSINCE DESEMBER DES DECEMBRIE",
}
MONTH_OF = {name: number for number, names in MONTHS.items() for name in names.split()}
NAME = "|".join(sorted(MONTH_OF, key=len, reverse=True))
SOME_DIGITS = re.compile(r"\d\D{0,6}\d\D{0,12}\d")
ISO = re.compile(r"(?<!\d)(\d{4})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{1,2})(?!\d)")
NUMERIC = re.compile(r"(?<![\d.,/-])(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?![\d/]|[.,-]\d)")
MIXED = re.compile(r"(?<![\d.,/-])(\d{2})([.,/-])(\d{2})[.,/-](20\d{2})(?!\d|[.,-]\d)")  # 26,11.2024 as OCR may read it
GLUED = re.compile(r"(?<![\d.,/-])(\d{1,2})([-/.])(\d{1,2})\2(20\d{2})(?=\d{1,2}:\d{2})")
DAY_NAME = re.compile(
    rf"(?<!\d)(\d{{1,2}})\s?(?:ST|ND|RD|TH|ER|\.|º)?[\s,/.'-]*(?:DE\s|OF\s)?({NAME})\b[\s,/.'-]*(?:DE[L]?\s)?(\d{{4}}|\d{{2}})(?![\d:])"
)
NAME_DAY = re.compile(rf"\b({NAME})[\s.]*(\d{{1,2}})(?:ST|ND|RD|TH)?[\s,.'-]+(\d{{4}})(?!\d)")
AMERICAN = re.compile(rf",\s(?:{STATE}),?\s\d{{5}}\b|\b(?:{STATE}),?\s\d{{5}}(?:-\d{{4}})?\b(?![ \t]*[A-Za-z])")
DIGITS = re.compile(r"(?<!\d)(\d{8})(?!\d)")


@dataclass(frozen=True)
class Written:
    """A date as it stands in a text. `start` and `end` are its place.

    `swapped` is the month-first reading where both would do; `month_first` where only that one does.
    """

    value: date
    start: int
    end: int
    style: str
    swapped: date | None = None
    month_first: bool = False


def dates_in(text: str) -> list[Written]:
    """All dates of a text from left to right, read day first where both would do."""
    if not SOME_DIGITS.search(text):
        return []
    upper = _upper(text)
    found = [*_iso(upper), *_named(upper), *_numeric(upper), *_eight_digits(upper)]
    found.sort(key=lambda written: (written.start, written.start - written.end))
    return [written for index, written in enumerate(found) if not _inside_earlier(written, found[:index])]


def _inside_earlier(written: Written, earlier: list[Written]) -> bool:
    return any(written.start < other.end for other in earlier[-3:])


def _upper(text: str) -> str:
    upper = plain(text)
    return upper if len(upper) == len(text) else text.upper()


def _iso(text: str) -> Iterator[Written]:
    for match in ISO.finditer(text):
        if value := _date(match[1], match[2], match[3]):
            yield Written(value, match.start(), match.end(), "iso")


def _named(text: str) -> Iterator[Written]:
    for match in DAY_NAME.finditer(text):
        if value := _date(match[3], MONTH_OF[match[2]], match[1]):
            yield Written(value, match.start(), match.end(), "named")
    for match in NAME_DAY.finditer(text):
        if value := _date(match[3], MONTH_OF[match[1]], match[2]):
            yield Written(value, match.start(), match.end(), "named")


def _numeric(text: str) -> Iterator[Written]:
    for match in (*GLUED.finditer(text), *NUMERIC.finditer(text), *MIXED.finditer(text)):
        day_first = _date(match[4], match[3], match[1])
        month_first = _date(match[4], match[1], match[3])
        value = day_first or month_first
        if value:
            swapped = month_first if day_first else None
            yield Written(value, match.start(), match.end(), "numeric", swapped, month_first=day_first is None)


def _eight_digits(text: str) -> Iterator[Written]:
    for match in DIGITS.finditer(text):
        raw = match[1]
        value = _date(raw[:4], raw[4:6], raw[6:]) if raw[:2] in {"19", "20"} else _date(raw[4:], raw[2:4], raw[:2])
        if value:
            yield Written(value, match.start(), match.end(), "digits")


def writes_month_first(found: list[Written], text: str) -> bool:
    """Whether a document writes the month first: a second part exceeds 12 and no first part does.

    Where no date tells, an American state and ZIP code does.
    """
    numeric = [written for written in found if written.style == "numeric"]
    if any(written.month_first for written in numeric):
        return all(written.month_first or written.swapped for written in numeric)
    return bool(AMERICAN.search(text)) and all(written.swapped for written in numeric)


def _date(year: str, month: str | int, day: str) -> date | None:
    number = int(year)
    if len(year) == 2:
        number += 2000 if number < 70 else 1900
    if not 1950 <= number <= 2100:
        return None
    try:
        return date(number, int(month), int(day))
    except ValueError:
        return None
