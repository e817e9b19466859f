"""Draws on PDF pages with the origin at the top left, in points, and always writes the same bytes."""

from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from typing import Literal

import pypdfium2
from PIL import Image
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from samples.making import fonts

Align = Literal["left", "right", "center"]
INK = "#1c1d22"


@dataclass(frozen=True)
class Face:
    """A typeface with size and colour."""

    font: str
    size: float
    color: str = INK


class Pen:
    """A canvas one can speak to in plain words; y grows downwards and text stands on its baseline."""

    def __init__(self, title: str, author: str, size: tuple[float, float] = A4) -> None:
        fonts.register()
        self.width, self.height = size
        self.file = BytesIO()
        self.canvas = Canvas(self.file, pagesize=size, invariant=1, pageCompression=1)
        self.canvas.setTitle(title)
        self.canvas.setAuthor(author)

    def text(self, x: float, y: float, words: str, face: Face, align: Align = "left") -> None:
        shift = {"left": 0.0, "right": 1.0, "center": 0.5}[align] * stringWidth(words, face.font, face.size)
        self.canvas.setFillColor(HexColor(face.color))
        self.canvas.setFont(face.font, face.size)
        self.canvas.drawString(x - shift, self.height - y, words)

    def lines(
        self, x: float, y: float, lines: tuple[str, ...], face: Face, *, leading: float = 0, align: Align = "left"
    ) -> float:
        """Several lines below each other; returns the y of the next one."""
        for line in lines:
            self.text(x, y, line, face, align)
            y += leading or face.size * 1.4
        return y

    def paragraph(self, x: float, y: float, words: str, face: Face, *, width: float, leading: float = 0) -> float:
        """Text wrapped at `width`; returns the y of the next line."""
        return self.lines(x, y, tuple(simpleSplit(words, face.font, face.size, width)), face, leading=leading)

    def box(
        self, x: float, y: float, width: float, height: float, *, fill: str = "", stroke: str = "", radius: float = 0
    ) -> None:
        """A rectangle by its top left corner."""
        if fill:
            self.canvas.setFillColor(HexColor(fill))
        if stroke:
            self.canvas.setStrokeColor(HexColor(stroke))
            self.canvas.setLineWidth(0.6)
        bottom = self.height - y - height
        self.canvas.roundRect(x, bottom, width, height, radius, fill=bool(fill), stroke=bool(stroke))

    def circle(self, x: float, y: float, radius: float, *, fill: str = "", stroke: str = "", line: float = 1) -> None:
        if fill:
            self.canvas.setFillColor(HexColor(fill))
        if stroke:
            self.canvas.setStrokeColor(HexColor(stroke))
            self.canvas.setLineWidth(line)
        self.canvas.circle(x, self.height - y, radius, fill=bool(fill), stroke=bool(stroke))

    def shape(self, points: tuple[tuple[float, float], ...], fill: str) -> None:
        """A filled polygon, for logos."""
        path = self.canvas.beginPath()
        path.moveTo(points[0][0], self.height - points[0][1])
        for x, y in points[1:]:
            path.lineTo(x, self.height - y)
        path.close()
        self.canvas.setFillColor(HexColor(fill))
        self.canvas.drawPath(path, fill=1, stroke=0)

    def rule(
        self, x: float, y: float, to_x: float, to_y: float | None = None, *, color: str = INK, line: float = 0.6
    ) -> None:
        """A straight line, level unless `to_y` says otherwise."""
        self.canvas.setStrokeColor(HexColor(color))
        self.canvas.setLineWidth(line)
        self.canvas.line(x, self.height - y, to_x, self.height - (y if to_y is None else to_y))

    def next_page(self) -> None:
        self.canvas.showPage()

    def picture(self, dpi: int) -> Image.Image:
        """The first page as it would come out of a printer."""
        with closing(pypdfium2.PdfDocument(self.finish())) as document:
            picture: Image.Image = document[0].render(scale=dpi / 72).to_pil().convert("RGB")
        return picture

    def finish(self) -> bytes:
        self.canvas.save()
        return self.file.getvalue()
