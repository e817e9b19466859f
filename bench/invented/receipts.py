"""Till receipts: narrow paper, a name and an address on top, items, a total, how it was paid."""

import json
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from bench.invented import Invented
from bench.invented.paper import Sheet, width_of
from shared.pages import Pages

WIDTH = 260.0
EDGE = 16.0


@cache
def tills() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("tills.json").read_bytes())
    return found


class Till:
    """Prints one receipt from the top down; everything but the language is drawn."""

    def __init__(self, language: str, random: Random) -> None:
        self.random, self.language = random, language
        self.words = tills()[language]
        self.sheet = Sheet(width=WIDTH, height=900)
        self.y = 24.0
        self.mark = random.choice((*self.words["currency"], "", ""))
        self.centred = random.random() < 0.7

    def draw(self, name: str) -> Any:
        return self.random.choice(self.words[name])

    def line(self, text: str, *, size: float = 9.0, centred: bool = False) -> None:
        x = (WIDTH - width_of(text, size)) / 2 if centred else EDGE
        self.y = self.sheet.text(max(x, 4), self.y, text, size=size)

    def pair(self, label: str, amount: float, *, marked: bool = False) -> None:
        self.sheet.text(EDGE, self.y, label)
        text = f"{amount:.2f}".replace(".", self.words["point"])
        shown = f"{self.mark} {text}".strip() if marked else text
        self.y = self.sheet.text(WIDTH - EDGE, self.y, shown, right=True) + 2

    def gap(self) -> None:
        self.y += self.random.choice((3.0, 8.0))


def receipt(seed: int) -> Invented:
    """One receipt on clean paper; `scanned` makes a scan of it."""
    random = Random(seed)  # invents documents, guards nothing
    language = list(tills())[seed % len(tills())]
    till = Till(language, random)
    name, address = till.draw("names"), till.draw("addresses")
    day = date(2016, 1, 5) + timedelta(days=random.randrange(3900))
    _head(till, name, address)
    _data(till, day)
    net = _items(till)
    total = _sums(till, net)
    if random.random() < 0.7:
        till.line(till.draw("thanks"), centred=till.centred)
    truth = {"company": name, "date": day.isoformat(), "address": " ".join(address), "total": total}
    layout = {"centred": str(till.centred), "mark": till.mark or "none"}
    return Invented(f"receipt-{seed}", "receipt", language, Pages(pages=(till.sheet.page(),)), truth, layout)


def _head(till: Till, name: str, address: list[str]) -> None:
    till.line(name, size=till.random.choice((9.0, 11.0)), centred=till.centred)
    if till.random.random() < 0.5:
        till.line(till.draw("register"), size=8, centred=till.centred)
    for row in address:
        till.line(row, centred=till.centred)
    if till.random.random() < 0.7:
        till.line(till.words["phone"], centred=till.centred)
    till.gap()
    if title := till.draw("title"):
        till.line(title, centred=till.centred)


def _data(till: Till, day: date) -> None:
    clock = f"{till.random.randrange(8, 21):02d}:{till.random.randrange(60):02d}"
    written = day.strftime(till.draw("dates"))
    rows = [
        f"{till.draw('date')} {written} {clock if till.random.random() < 0.7 else ''}".strip(),
        f"{till.draw('number')} {till.random.randrange(1000, 99999)}",
    ]
    till.random.shuffle(rows)
    for row in rows:
        till.line(row)
    till.gap()


def _items(till: Till) -> float:
    total = 0.0
    several = till.random.random() < 0.4
    for name in till.random.sample(till.words["items"], k=till.random.randrange(1, len(till.words["items"]) + 1)):
        count = till.random.choice((1, 1, 2, 3))
        price = round(till.random.choice((1.2, 4.5, 9.9, 28.0)) * till.random.uniform(0.6, 2.2), 2)
        if several:
            till.line(name)
            shown = f"{price:.2f}".replace(".", till.words["point"])
            till.pair(f"  {count} x {shown}", round(count * price, 2))
        else:
            till.pair(name if count == 1 else f"{count} {name}", round(count * price, 2))
        total += count * price
    till.gap()
    return round(total, 2)


def _sums(till: Till, gross: float) -> float:
    """Prices hold the tax, or it is added; the total comes last, first, or between; then what was paid."""
    rate = till.words["rate"] / 100
    added = till.random.random() < 0.4
    total = round(gross * (1 + rate), 2) if added else gross
    tax = round(total - gross if added else gross - gross / (1 + rate), 2)
    if added or till.random.random() < 0.4:
        till.pair(till.draw("subtotal"), round(total - tax, 2))
        till.pair(till.draw("tax"), tax)
        till.pair(till.draw("total"), total, marked=True)
    else:
        till.pair(till.draw("total"), total, marked=True)
        if till.random.random() < 0.5:
            till.pair(till.draw("tax"), tax)
    if till.random.random() < 0.7:
        paid = total + till.random.choice((0, 0, 5, 12.3, 20))
        till.pair(till.draw("cash"), round(paid, 2))
        if paid > total:
            till.pair(till.draw("change"), round(paid - total, 2))
    return total
