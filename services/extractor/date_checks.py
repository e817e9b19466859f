"""Dates that can be, in an order that can be; currencies that there are."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from services.extractor.meanings import by_meaning, meaning_of
from shared.results import JsonObject, ResultWarning

YEARS = range(1900, 2101)
DATED = {"date", "due", "start", "end"}
ORDERS = (("date", "due"), ("start", "end"))
# ISO 4217, those in use.
CURRENCIES = frozenset(
    [
        "AED",
        "AFN",
        "ALL",
        "AMD",
        "AOA",
        "ARS",
        "AUD",
        "AWG",
        "AZN",
        "BAM",
        "BBD",
        "BDT",
        "BGN",
        "BHD",
        "BIF",
        "BMD",
        "BND",
        "BOB",
        "BRL",
        "BSD",
        "BTN",
        "BWP",
        "BYN",
        "BZD",
        "CAD",
        "CDF",
        "CHF",
        "CLP",
        "CNY",
        "COP",
        "CRC",
        "CUP",
        "CVE",
        "CZK",
        "DJF",
        "DKK",
        "DOP",
        "DZD",
        "EGP",
        "ERN",
        "ETB",
        "EUR",
        "FJD",
        "FKP",
        "GBP",
        "GEL",
        "GHS",
        "GIP",
        "GMD",
        "GNF",
        "GTQ",
        "GYD",
        "HKD",
        "HNL",
        "HTG",
        "HUF",
        "IDR",
        "ILS",
        "INR",
        "IQD",
        "IRR",
        "ISK",
        "JMD",
        "JOD",
        "JPY",
        "KES",
        "KGS",
        "KHR",
        "KMF",
        "KPW",
        "KRW",
        "KWD",
        "KYD",
        "KZT",
        "LAK",
        "LBP",
        "LKR",
        "LRD",
        "LSL",
        "LYD",
        "MAD",
        "MDL",
        "MGA",
        "MKD",
        "MMK",
        "MNT",
        "MOP",
        "MRU",
        "MUR",
        "MVR",
        "MWK",
        "MXN",
        "MYR",
        "MZN",
        "NAD",
        "NGN",
        "NIO",
        "NOK",
        "NPR",
        "NZD",
        "OMR",
        "PAB",
        "PEN",
        "PGK",
        "PHP",
        "PKR",
        "PLN",
        "PYG",
        "QAR",
        "RON",
        "RSD",
        "RUB",
        "RWF",
        "SAR",
        "SBD",
        "SCR",
        "SDG",
        "SEK",
        "SGD",
        "SHP",
        "SLE",
        "SOS",
        "SRD",
        "SSP",
        "STN",
        "SVC",
        "SYP",
        "SZL",
        "THB",
        "TJS",
        "TMT",
        "TND",
        "TOP",
        "TRY",
        "TTD",
        "TWD",
        "TZS",
        "UAH",
        "UGX",
        "USD",
        "UYU",
        "UZS",
        "VED",
        "VES",
        "VND",
        "VUV",
        "WST",
        "XAF",
        "XCD",
        "XOF",
        "XPF",
        "YER",
        "ZAR",
        "ZMW",
        "ZWG",
    ]
)


def date_warnings(data: JsonObject) -> Iterator[ResultWarning]:
    """Yields a warning for each date or currency that cannot be right."""
    for name, value in data.items():
        meaning = meaning_of(name)
        if meaning in DATED and isinstance(value, str) and value:
            yield from _date(name, value)
        if meaning == "currency" and isinstance(value, str) and value and value not in CURRENCIES:
            yield ResultWarning(code="currency_unknown", message=f"{name} is no ISO 4217 code.", field=name)
    named = by_meaning(data)
    for first, second in ORDERS:
        earlier, later = named.get(first, ("", None)), named.get(second, ("", None))
        days = _day(earlier[1]), _day(later[1])
        if days[0] and days[1] and days[0] > days[1]:
            message = f"{later[0]} lies before {earlier[0]}."
            yield ResultWarning(code="dates_out_of_order", message=message, field=later[0])


def _date(name: str, value: str) -> Iterator[ResultWarning]:
    if not any(sign.isdigit() for sign in value):
        return  # a term such as "on receipt"
    day = _day(value)
    if day is None:
        yield ResultWarning(code="date_unreadable", message=f"{name} is no date as yyyy-mm-dd.", field=name)
    elif day.year not in YEARS:
        yield ResultWarning(code="date_implausible", message=f"{name} lies in the year {day.year}.", field=name)


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None
