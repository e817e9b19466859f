"""A sheet to set text on: points from the top left in, words with boxes out."""

from shared.pages import Page, Word

WIDTH, HEIGHT = 595.0, 842.0
LEFT, RIGHT = 50.0, WIDTH - 50
MIDDLE = 330.0
NARROW = frozenset("iljtfrI.,:;'|!()[] ")
WIDE = frozenset("mwMWO@%QG")


def width_of(text: str, size: float) -> float:
    """About what a proportional typeface takes."""
    ems = sum(0.28 if char in NARROW else 0.85 if char in WIDE else 0.55 for char in text)
    return ems * size


class Sheet:
    """One page. `text` sets a line whose words keep their places; the baseline box is as high as the size."""

    def __init__(self, *, width: float = WIDTH, height: float = HEIGHT) -> None:
        self.width, self.height = width, height
        self._words: list[Word] = []

    def text(self, x: float, y: float, text: str, *, size: float = 9.0, right: bool = False) -> float:
        """Set a line from `x` on, or up to `x` when `right`; returns where the line below it begins."""
        left = x - width_of(text, size) if right else x
        for part in text.split(" "):
            if part:
                end = left + width_of(part, size)
                self._words.append(self._word(part, left, y, end, y + size))
            left += width_of(part + " ", size)
        return y + 1.35 * size

    def lines(self, x: float, y: float, lines: list[str], *, size: float = 9.0, right: bool = False) -> float:
        for line in lines:
            y = self.text(x, y, line, size=size, right=right)
        return y

    def page(self, number: int = 1) -> Page:
        return Page(number=number, width=self.width, height=self.height, source="text", words=tuple(self._words))

    def _word(self, text: str, x0: float, y0: float, x1: float, y1: float) -> Word:
        places = (x0 / self.width, y0 / self.height, x1 / self.width, y1 / self.height)
        a, b, c, d = (round(min(max(place, 0.0), 1.0), 5) for place in places)
        return Word(text=text, x0=a, y0=b, x1=c, y1=d)
