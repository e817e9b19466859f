"""Titles of sheets: what a spreadsheet accepts, each used once."""

import re

_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 31  # counted in UTF-16 units


class SheetTitles:
    """Hands out titles; capitals do not tell two titles apart."""

    def __init__(self) -> None:
        self._taken = {"history"}  # kept by Excel for itself

    def __len__(self) -> int:
        return len(self._taken)

    def unique(self, wish: str) -> str:
        """The wish itself where it can be had, else shortened and numbered: `Invoice (2)`."""
        plain = " ".join(_FORBIDDEN.sub(" ", wish).split()).strip("' ") or "Sheet"
        number, title = 1, _shortened(plain, "")
        while title.casefold() in self._taken:
            number += 1
            title = _shortened(plain, f" ({number})")
        self._taken.add(title.casefold())
        return title


def _shortened(plain: str, ending: str) -> str:
    units = plain.encode("utf-16-le")[: 2 * (_LONGEST - len(ending))]
    return units.decode("utf-16-le", "ignore").strip("' ") + ending
