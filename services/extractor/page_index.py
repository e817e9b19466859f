"""All words of a document, indexed once, so that thousands of values can be looked up on its pages."""

import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from services.extractor.printed import Day, days, numbers
from shared.page_rows import Row, rows_of
from shared.pages import Pages, Word
from shared.results import Citation

LETTERS = {"ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "œ": "oe"}
PAGE_END = "\f"
MINUS = ("-", "\u2212", "\u2013")
Span = tuple[int, int]  # from and to in PageIndex.text


@lru_cache(maxsize=4096)
def fold(sign: str) -> str:
    """A sign as it is compared: upper case, without accent; nothing when it is neither letter nor digit."""
    low = sign.casefold()
    bare = unicodedata.normalize("NFKD", LETTERS.get(low, low))
    return "".join(part for part in bare if part.isalnum()).upper()


def compact(text: str) -> str:
    """Only letters and digits: spaces, which OCR drops and PDFs insert, do not count."""
    return "".join(map(fold, text))


class PageIndex:
    """`text` is the compact text of all rows, pages apart; a Span of it leads back to words, page and box."""

    def __init__(self, pages: Pages) -> None:
        self.rows: list[Row] = []
        self.starts: list[int] = []  # of each row in `text`
        self.words: list[tuple[Word, int]] = []  # each word with its start in `text`
        self.amounts: dict[Decimal, list[Span]] = defaultdict(list)
        self.days: dict[Day, list[Span]] = defaultdict(list)
        self._printed: list[str] = []  # the printed sign of each place in `text`, with what precedes it
        self._parts: list[str] = []
        self._length = 0
        for page in pages.pages:
            for row in rows_of(page):
                self._add(row)
            self._put(PAGE_END, "\n")
        self.text = "".join(self._parts)
        self._word_starts = [start for _, start in self.words]

    def find(self, needle: str) -> Iterator[Span]:
        """Every place of a compact text; short ones only as whole words."""
        at = self.text.find(needle) if needle else -1
        while at >= 0:
            if len(needle) > 4 or (self._is_edge(at) and self._is_edge(at + len(needle))):
                yield at, at + len(needle)
            at = self.text.find(needle, at + 1)

    def row_at(self, place: int) -> int:
        """The number of the row, over all pages."""
        return bisect_right(self.starts, place) - 1

    def page_spans(self) -> Iterator[Span]:
        start = 0
        for part in self.text.split(PAGE_END)[:-1]:
            yield start, start + len(part)
            start += len(part) + 1

    def row_span(self, row: int) -> Span:
        end = self.starts[row + 1] if row + 1 < len(self.starts) else len(self.text)
        return self.starts[row], end

    def quote(self, span: Span) -> str:
        """The span as it is printed."""
        return " ".join("".join(self._printed[span[0] : span[1]]).split())

    def covered(self, span: Span) -> Iterator[tuple[Word, float, float]]:
        """Each word the span touches, and from where to where, in fractions of the word."""
        at = bisect_right(self._word_starts, span[0]) - 1
        for word, start in self.words[at:]:
            if start >= span[1]:
                return
            length = max(len(compact(word.text)), 1)
            yield word, max(span[0] - start, 0) / length, min((span[1] - start) / length, 1.0)

    def citation(self, span: Span) -> Citation:
        boxes = [
            (w.x0 + (w.x1 - w.x0) * a, w.y0, w.x0 + (w.x1 - w.x0) * b, w.y1) for w, a, b in self.covered(span) if b > a
        ]
        left, top, right, bottom = zip(*boxes, strict=True)
        page = self.rows[self.row_at(span[0])].page
        return Citation(page=page, text=self.quote(span), bbox=(min(left), min(top), max(right), max(bottom)))

    def is_negative(self, span: Span) -> bool:
        """Whether the number is printed with a minus before or after it, or in brackets."""
        words = [word.text.strip() for word, *_ in self.covered(span)]
        return self.quote(span).startswith(MINUS) or words[-1].endswith(("-", "\u2212")) or words[0].startswith("(")

    def recognised(self, span: Span) -> float:
        """The lowest OCR confidence of the words, 1.0 for a text layer."""
        return min((w.confidence for w, *_ in self.covered(span) if w.confidence is not None), default=1.0)

    def _add(self, row: Row) -> None:
        self.rows.append(row)
        self.starts.append(self._length)
        places: list[int] = []  # in `text`, for each sign of the row's text
        for word in row.words:
            if places:
                places.append(self._length)
            self.words.append((word, self._length))
            pending = " "
            for sign in word.text:
                places.append(self._length)
                folded = fold(sign)
                pending += sign
                if folded:
                    self._put(folded, pending)
                    pending = ""
        places.append(self._length)
        text = row.text
        for start, end, value in numbers(text):
            self.amounts[value].append((places[start], places[end]))
        for start, end, day in days(text):
            self.days[day].append((places[start], places[end]))

    def _put(self, folded: str, printed: str) -> None:
        self._parts.append(folded)
        self._printed += [printed] + [""] * (len(folded) - 1)
        self._length += len(folded)

    def _is_edge(self, place: int) -> bool:
        """Whether a word begins or ends here, also inside a fragment that holds several."""
        if place >= self._length:
            return True
        printed = self._printed[place]
        return len(printed) > 1 or printed == "\n" or self.text[place - 1 : place] in ("", PAGE_END)
