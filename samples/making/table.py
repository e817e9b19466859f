"""Tables: rows of text in columns, under a header, between rules or on stripes."""

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


def draw_table(pen: Pen, x: float, y: float, columns: tuple[Column, ...], rows: list[tuple[str, ...]], look: Look) -> float:
    """Draw the table with its top left corner at (x, y); returns the y of its lower edge."""
    width = sum(column.width for column in columns)
    if look.head_fill:
        pen.box(x, y, width, look.head_row, fill=look.head_fill)
    draw_row(pen, x, y, columns, tuple(column.title for column in columns), look.head, look.head_row, look.pad)
    y += look.head_row
    if look.head_rule:
        pen.rule(x, y, x + width, color=look.head_rule, line=1)
    for index, row in enumerate(rows):
        if look.stripe and index % 2:
            pen.box(x, y, width, look.row, fill=look.stripe)
        draw_row(pen, x, y, columns, row, look.body, look.row, look.pad)
        y += look.row
        if look.rule:
            pen.rule(x, y, x + width, color=look.rule, line=0.4)
    return y


def draw_row(
    pen: Pen, x: float, y: float, columns: tuple[Column, ...], cells: tuple[str, ...], face: Face, height: float, pad: float
) -> None:
    """One row of cells; the text is centred in the height."""
    baseline = y + height / 2 + face.size * 0.35
    for column, cell in zip(columns, cells, strict=True):
        edge = {"left": x + pad, "right": x + column.width - pad, "center": x + column.width / 2}[column.align]
        pen.text(edge, baseline, cell, face, column.align)
        x += column.width
