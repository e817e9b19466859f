"""Currencies as documents write them, and the one a document is in."""

import re
from collections import Counter

from services.extractor.local.text import words

CODES = frozenset(
    words(
        "AED AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR ISK JPY KRW MAD MXN MYR NOK NZD PEN PHP "
        "PLN RON RUB SAR SEK SGD THB TRY TWD UAH USD VND ZAR"
    )
)
SIGNS = {
    "€": "EUR", "£": "GBP", "₹": "INR", "₽": "RUB", "₺": "TRY", "฿": "THB", "₫": "VND", "₩": "KRW", "₪": "ILS",
    "RM": "MYR", "RS": "INR", "ZŁ": "PLN", "KČ": "CZK", "FT": "HUF", "EURO": "EUR", "EUROS": "EUR",
    "KČS": "CZK", "LEI": "RON", "S$": "SGD", "US$": "USD", "AU$": "AUD", "CA$": "CAD", "HK$": "HKD", "NZ$": "NZD", "R$": "BRL", "NT$": "TWD",
}  # fmt: skip
WEAK_SIGNS = {"$": "USD", "¥": "JPY", "KR": "SEK"}
WORDS = {
    "US DOLLAR": "USD", "RINGGIT": "MYR", "RUPEE": "INR", "POUND STERLING": "GBP", "SWISS FRANC": "CHF",
    "SCHWEIZER FRANKEN": "CHF", "DIRHAM": "MAD",
}  # fmt: skip
SIGN = re.compile(
    r"(?<![A-Za-z$])(?:[A-Z]{1,2}\$|[€£₹₽₺฿₫₩₪$¥]|R[Mm](?=[\s\d.:)]|$)|Rs\.?(?=\s?\d))|(?<=\d)\s?(?:zł|Kč|kr|Ft|lei)(?![^\W\d_])|"
    r"(?<![^\W\d_])(?:zł|Kč|kr|Ft)\.?(?=\s?\d)"
)
NORDIC = (
    ("DKK", re.compile(r"\bCVR\b|\.dk\b|\bIBAN DK|\bApS\b|\bDKK\b|\bbeløb\b", re.IGNORECASE)),
    ("NOK", re.compile(r"\bMVA\b|\.no\b|\bIBAN NO|\bNOK\b", re.IGNORECASE)),
)
CODE = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")
COUNTRY_HINTS = (
    ("MYR", re.compile(r"\bSDN\.?\s?BHD|\bMALAYSIA\b|\bSELANGOR\b|\bJOHOR\b|\bKUALA LUMPUR\b", re.IGNORECASE)),
    ("INR", re.compile(r"\bGSTIN\b|\bPVT\.? LTD|\bINDIA\b", re.IGNORECASE)),
    ("EUR", re.compile(r"\bUST-?ID|\bGMBH\b|\bTVA\b|\bSIRET\b|\bBTW\b|\bPARTITA IVA\b", re.IGNORECASE)),
)


def currency_of(mark: str | None) -> str | None:
    """The ISO code of a sign or code beside an amount, None when it is not one."""
    if not mark:
        return None
    key = mark.strip().upper().rstrip(".:")
    return key if key in CODES else SIGNS.get(key) or WEAK_SIGNS.get(key)


def document_currency(text: str) -> tuple[str, float, str] | None:
    """The currency most often named, how sure that is, and the mark as written.

    A bare $ yields to any dollar that is spelled out. Only hints at the country remain when no amount has a mark.
    """
    votes: Counter[str] = Counter()
    marks: dict[str, str] = {}
    for match in (*SIGN.finditer(text), *CODE.finditer(text)):
        mark = match.group().strip()
        code = currency_of(mark)
        if code == "SEK" and mark.upper().startswith("KR"):
            code = next((other for other, hint in NORDIC if hint.search(text)), code)
        if code:
            votes[code] += 1 if mark.rstrip(".") in WEAK_SIGNS else 3
            marks.setdefault(code, mark)
    for word, code in WORDS.items():
        if word in text.upper():
            votes[code] += 3
            marks.setdefault(code, next(iter(re.findall(word, text, re.IGNORECASE))))
    if votes:
        best, count = votes.most_common(1)[0]
        return best, count / votes.total(), marks[best]
    for code, hint in COUNTRY_HINTS:
        if match_ := hint.search(text):
            return code, 0.5, match_.group()
    return None
