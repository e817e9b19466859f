"""How one author writes: a language, a notation for numbers and dates, and labels that stay the same."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any


@cache
def languages() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("languages.json").read_bytes())
    return found


class Author:
    """Draws labels, names and notations of one language, the same ones throughout a document."""

    def __init__(self, language: str, random: Random) -> None:
        self.language = language
        self.random = random
        self._pack = languages()[language]
        self.currency: str = self._pack["currency"][0]
        self._mark: str = random.choice(self._pack["currency"])
        self._numbers: str = random.choice(self._pack["numbers"])
        self._dates: str = random.choice(self._pack["dates"])
        self.marked = random.choice(("all", "total", "total", "none"))
        self.colon = random.choice((":", ":", ""))
        self._labels: dict[str, str] = {}

    def label(self, name: str) -> str:
        """One of the wordings for a label, always the same one."""
        return self._labels.setdefault(name, self.random.choice(self._pack[name]))

    def column(self, name: str) -> str:
        return self._labels.setdefault("column " + name, self.random.choice(self._pack["columns"][name]))

    def fixed(self, name: str) -> str:
        text: str = self._pack[name]
        return text

    def draw(self, name: str) -> Any:
        return self.random.choice(self._pack[name])

    def number(self, value: float) -> str:
        """A number with two decimals, grouped in the author's way."""
        whole, cents = f"{abs(value):,.2f}".split(".")
        group, mark = self._numbers[1], self._numbers[-3]
        text = whole.replace(",", "" if group.isdigit() else group) + mark + cents
        return f"-{text}" if value < 0 else text

    def money(self, value: float, *, sum_of_all: bool = False) -> str:
        """With the currency beside it where the author writes one."""
        text = self.number(value)
        if self.marked == "none" or (self.marked == "total" and not sum_of_all):
            return text
        if self._pack["mark"] == "after":
            return f"{text} {self._mark}"
        return f"{self._mark}{text}" if len(self._mark) == 1 and self.language[:2] == "en" else f"{self._mark} {text}"

    def names_currency(self) -> str:
        """A line that says the currency, for those who write none beside their numbers."""
        return self.currency

    def day(self, value: date) -> str:
        name = self._pack["months"][value.month - 1]
        form = self._dates.replace("%B", name).replace("%b", name[:3])
        return value.strftime(form)
