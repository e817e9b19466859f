"""A thermal printer: lines of text, one below the other, on a roll as long as they need."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from PIL import Image, ImageDraw, ImageFont

from samples.making.fonts import bitmap

INK = 38


@dataclass
class Roll:
    """The roll while it prints. Sizes and places are pixels; `y` is where the next line starts."""

    regular_file: str
    bold_file: str
    width: int = 760
    margin: int = 46
    size: int = 27
    y: int = 60
    image: Image.Image = field(init=False)
    draw: ImageDraw.ImageDraw = field(init=False)

    def __post_init__(self) -> None:
        self.image = Image.new("L", (self.width, 2400), 255)
        self.draw = ImageDraw.Draw(self.image)

    def face(self, size: int, *, bold: bool) -> ImageFont.FreeTypeFont:
        return bitmap(self.bold_file if bold else self.regular_file, size or self.size)

    def center(self, text: str, *, size: int = 0, bold: bool = False) -> None:
        self.draw.text((self.width / 2, self.y), text, font=self.face(size, bold=bold), fill=INK, anchor="mt")
        self.feed(size)

    def left(self, text: str, *, size: int = 0, bold: bool = False) -> None:
        self.columns((text, ""), size=size, bold=bold)

    def columns(
        self, cells: Sequence[str], stops: Sequence[int] = (), *, size: int = 0, bold: bool = False, descent: int = 0
    ) -> None:
        """The first cell on the left margin, each other one ending at its stop (the last: at the right margin)."""
        face = self.face(size, bold=bold)
        baseline = self.y + (size or self.size) * 0.8
        self.draw.text((self.margin, baseline), cells[0], font=face, fill=INK, anchor="ls")
        for cell, stop in zip(cells[1:], (*stops, self.width - self.margin), strict=True):
            self.draw.text((stop, baseline), cell, font=face, fill=INK, anchor="rs")
        self.feed(size, descent)

    def rule(self, *, double: bool = False) -> None:
        """A dashed line, or two solid ones."""
        y = self.y + 8
        if double:
            for offset in (0, 7):
                self.draw.line((self.margin, y + offset, self.width - self.margin, y + offset), fill=INK, width=2)
        else:
            for x in range(self.margin, self.width - self.margin - 8, 18):
                self.draw.line((x, y, x + 10, y), fill=INK, width=2)
        self.y += 32

    def bars(self, digits: str) -> None:
        """A barcode-like pattern made from digits, with the digits beneath."""
        widths = [int(digit) % 4 + 1 for digit in digits * 5]
        x = (self.width - 3 * sum(widths)) // 2
        for index, width in enumerate(widths):
            if index % 2 == 0:
                self.draw.rectangle((x, self.y, x + 3 * width - 1, self.y + 76), fill=INK)
            x += 3 * width
        self.y += 92
        self.center(" ".join(digits), size=22)

    def feed(self, size: int = 0, extra: int = 0) -> None:
        self.y += round((size or self.size) * 1.42) + extra

    def torn_off(self) -> Image.Image:
        """The printed part, with white below it."""
        return self.image.crop((0, 0, self.width, self.y + 56))
