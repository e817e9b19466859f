"""Invoices of senders with unusual names that stand in unusual places: harder than `invoices`, for the names of the parties."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from bench.invented import Invented
from bench.invented.invoice_contents import invoice_told, truth_of
from bench.invented.invoices import METAS, items_table, sums_block
from bench.invented.paper import Sheet
from bench.invented.strange_letterheads import STRANGE
from bench.invented.writing import Author
from shared.pages import Pages


@cache
def strange_names() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("strange_names.json").read_bytes())
    return found


def strange_invoice(seed: int) -> Invented:
    """One invoice. The place of the sender's name goes round with the seed, everything else is drawn."""
    random = Random(seed)  # invents documents, guards nothing
    language = random.choice(list(strange_names()))
    words = strange_names()[language]
    author = Author(language, random)
    drawn = invoice_told(author)
    told = replace(drawn, vendor=random.choice(words["vendors"]), omits=drawn.omits - {"customer"})
    place = list(STRANGE)[seed % len(STRANGE)]
    meta = random.choice(list(METAS))
    sheet = Sheet()
    y = STRANGE[place](sheet, author, told, words)
    y = METAS[meta](sheet, author, told, max(y, 130) + 18)
    y = items_table(sheet, author, told, y + 22)
    sums_block(sheet, author, told, y + 10, style="right")
    pages = Pages(pages=(sheet.page(),))
    return Invented(f"strange-{seed}", "invoice", language, pages, truth_of(author, told), {"place": place})
