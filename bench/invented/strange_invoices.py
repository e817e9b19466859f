"""Invoices of senders with unusual names that stand in unusual places: harder than `invoices`, for the names of the parties."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from bench.invented import Invented
from bench.invented.fresh_letterheads import FRESH
from bench.invented.invoice_contents import Invoice, invoice_told, truth_of
from bench.invented.invoices import METAS, items_table, sums_block
from bench.invented.kept_letterheads import KEPT
from bench.invented.paper import Sheet
from bench.invented.strange_letterheads import STRANGE, Phrases
from bench.invented.writing import Author
from shared.pages import Pages

Letterheads = Mapping[str, Callable[[Sheet, Author, Invoice, Phrases], float]]


def strange_invoice(seed: int) -> Invented:
    """An invoice of the kind the rules were mended with."""
    return _invoice(seed, "strange", STRANGE)


def kept_invoice(seed: int) -> Invented:
    """An invoice of the kind kept apart at first, with names, wordings and places of its own."""
    return _invoice(seed, "kept", KEPT)


def fresh_invoice(seed: int) -> Invented:
    """An invoice of the kind that was looked at last."""
    return _invoice(seed, "fresh", FRESH)


@cache
def _names(kind: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name(f"{kind}_names.json").read_bytes())
    return found


def _invoice(seed: int, kind: str, letterheads: Letterheads) -> Invented:
    """The place of the sender's name goes round with the seed, everything else is drawn."""
    random = Random(seed)  # invents documents, guards nothing
    language = random.choice(list(_names(kind)))
    words = _names(kind)[language]
    author = Author(language, random)
    drawn = invoice_told(author)
    told = replace(drawn, vendor=random.choice(words["vendors"]), omits=drawn.omits - {"customer"})
    place = list(letterheads)[seed % len(letterheads)]
    meta = random.choice(list(METAS))
    sheet = Sheet()
    y = letterheads[place](sheet, author, told, words)
    y = METAS[meta](sheet, author, told, max(y, 130) + 18)
    y = items_table(sheet, author, told, y + 22)
    sums_block(sheet, author, told, y + 10, style="right")
    truth, pages = truth_of(author, told), Pages(pages=(sheet.page(),))
    return Invented(f"{kind}-{seed}", "invoice", language, pages, truth, {"place": place})
