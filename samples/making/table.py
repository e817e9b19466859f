"""Tables: rows of text in columns, under a header, between rules or on stripes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from samples.making.pen import Align, Face, Pen


@dataclass(frozen=True)
class Column:
    """A column and how wide it is, in points."""

    title: str
    width: float
    align: Align = "left"


@dataclass(frozen=True)
class Look:
    """How a table looks. Empty colours leave the part away."""

    head: Face
    body: Face
    row: float = 20
    head_row: float = 22
    pad: float = 6
    head_fill: str = ""
    stripe: str = ""
    rule: str = ""
    head_rule: str = ""


def draw_table(
    pen: Pen, x: float, y: float, columns: tuple[Column, ...], rows: Sequence[tuple[str, ...]], *, look: Look
) -> float:
    """Draw the table with its top left corner at (x, y); returns the y of its lower edge."""
    width = sum(column.width for column in columns)
    if look.head_fill:
        pen.box(x, y, width, look.head_row, fill=look.head_fill)
    titles = tuple(column.title for column in columns)
    draw_row(pen, x, y + look.head_row / 2, zip(columns, titles, strict=True), face=look.head, pad=look.pad)
    y += look.head_row
    if look.head_rule:
        pen.rule(x, y, x + width, color=look.head_rule, line=1)
    for index, row in enumerate(rows):
        if look.stripe and index % 2:
            pen.box(x, y, width, look.row, fill=look.stripe)
        draw_row(pen, x, y + look.row / 2, zip(columns, row, strict=True), face=look.body, pad=look.pad)
        y += look.row
        if look.rule:
            pen.rule(x, y, x + width, color=look.rule, line=0.4)
    return y


def draw_row(pen: Pen, x: float, y: float, cells: Iterable[tuple[Column, str]], *, face: Face, pad: float) -> None:
    """One row of cells; the text is centred on y."""
    for column, text in cells:
        edge = {"left": x + pad, "right": x + column.width - pad, "center": x + column.width / 2}[column.align]
        pen.text(edge, y + face.size * 0.35, text, face, column.align)
        x += column.width
