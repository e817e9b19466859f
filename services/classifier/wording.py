"""Finds wordings in recognised text, although OCR drops spaces and accents and PDFs insert them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import accumulate

LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "œ": "oe"})
ALONE = 4  # "BAR" is in BARCODE: so short a wording must be a word of its own
WORD_START = 7  # "CHANGE" is in EXCHANGE: up to this length a wording must begin a word


def plain(text: str) -> str:
    """Upper case without accents, every run of other signs one space: `Ust-Id.: ` becomes `UST ID`."""
    bare = unicodedata.normalize("NFKD", text.casefold().translate(LETTERS))
    letters = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^0-9a-z]+", " ", letters).split()).upper()


def compact(text: str) -> str:
    """Only the letters and digits of `plain`."""
    return plain(text).replace(" ", "")


@lru_cache(maxsize=8192)
def _needle(wording: str) -> str:
    """A wording as it is looked for: prepared once, as every document is asked for all of them."""
    return compact(wording)


class Wordings:
    """Rows of text, prepared to be asked for many wordings."""

    def __init__(self, rows: list[str]) -> None:
        self._words = [plain(row).split() for row in rows]
        self._rows = ["".join(words) for words in self._words]
        self._text = "\n".join(self._rows)
        self._edges = set(accumulate((len(word) for words in self._words for word in (*words, "\n")), initial=0))

    def those_of(self, wordings: Iterable[str]) -> list[str]:
        """The wordings that some row has; short ones only where a word begins, very short ones as a whole word."""
        text = self._text
        there = [wording for wording in wordings if _needle(wording) in text]
        return [wording for wording in there if self.has(wording)]

    def has(self, wording: str) -> bool:
        """Whether some row has this wording."""
        needle = _needle(wording)
        return any(self._fits(at, needle) for at in self._found(needle))

    def is_title(self, wording: str, *, rows: int | None = None) -> bool:
        """Whether one of the first `rows` rows, or of all, is little more than the wording, or begins with it and is short."""
        needle = _needle(wording)
        return any(_is_title(needle, row) for row in self._rows[:rows] if needle in row)

    def _found(self, needle: str) -> Iterator[int]:
        at = self._text.find(needle)
        while at >= 0:
            yield at
            at = self._text.find(needle, at + 1)

    def _fits(self, at: int, needle: str) -> bool:
        begins = at in self._edges or len(needle) > WORD_START
        ends = at + len(needle) in self._edges or len(needle) > ALONE
        return begins and ends


def _is_title(needle: str, row: str) -> bool:
    return len(needle) >= 0.6 * len(row) or (row.startswith(needle) and len(row) <= 2 * len(needle) + 16)
