"""What a property holds, judged by its name and schema: the rules on values work for any schema that names things plainly."""

import re
from typing import Any

from shared.results import JsonObject

WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
# By the words of a name, the first that fits: all of one of these sets, and none of the words after them.
MEANINGS: dict[str, tuple[tuple[set[str], ...], set[str]]] = {
    "net": (({"net"}, {"netto"}, {"subtotal"}, {"sub", "total"}), {"pay", "weight"}),
    "tax": (({"tax"}, {"vat"}, {"gst"}, {"mwst"}, {"tva"}), {"rate", "id", "number", "percent", "year", "code", "net"}),
    "total": (({"total"}, {"gross"}, {"grand"}), {"tax", "vat", "quantity", "count", "pages", "weight", "discount"}),
    "opening": (({"opening"}, {"balance", "start"}, {"previous", "balance"}), {"date"}),
    "closing": (({"closing"}, {"balance", "end"}, {"new", "balance"}), {"date"}),
    "balance": (({"balance"}, {"saldo"}), {"date"}),
    "quantity": (({"quantity"}, {"qty"}), set()),
    "unit_price": (({"unit", "price"}, {"price"}, {"rate"}), {"total", "tax", "vat"}),
    "amount": (({"amount"}, {"betrag"}, {"sum"}), {"tax", "vat", "discount"}),
    "currency": (({"currency"},), {"rate"}),
    "due": (({"due"}, {"expiry"}, {"expires"}), {"amount", "total", "balance"}),
    "start": (({"start"}, {"from"}, {"begin"}), {"balance"}),
    "end": (({"end"}, {"to"}, {"until"}), {"balance", "bill", "ship"}),
    "date": (({"date"}, {"issued"}), {"birth"}),
}


def meaning_of(name: str) -> str | None:
    """The first meaning that the name's words have."""
    words = {word.lower() for word in WORDS.findall(name)}
    for meaning, (needed, excluded) in MEANINGS.items():
        if not words & excluded and any(each <= words for each in needed):
            return meaning
    return None


def by_meaning(data: JsonObject) -> dict[str, tuple[str, Any]]:
    """Name and value of each property whose meaning no other property has; values that are null are left out."""
    named = [(meaning, name) for name, value in data.items() if value is not None and (meaning := meaning_of(name))]
    meanings = [meaning for meaning, _ in named]
    return {meaning: (name, data[name]) for meaning, name in named if meanings.count(meaning) == 1}
