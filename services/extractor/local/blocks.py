"""Blocks of left-aligned cells under each other, as the addresses of letters and invoices are set."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.extractor.local.layout import Cell, Layout
from services.extractor.local.places import STATE
from services.extractor.local.text import plain

POSTCODE_CITY = re.compile(
    r"^(?:[A-Z]{1,3}[\s-]+)?\d{4,6}\s?(?:[A-Z]{2}\s)?[A-Z][^\W\d_]+|"  # 12345 Stadt, F-75001 Paris, 1012 AB Amsterdam
    r"^(?:[A-Z]{1,3}[\s-]+)?(?:\d{2}-\d{3}|\d{3}\s\d{2}|\d{4}-\d{3})\s+[A-Z][^\W\d_]+|"  # 00-950 Warszawa, 602 00 Brno, 1250-096 Lisboa
    rf"\b(?:{STATE}),?\s+\d{{5}}(?:-\d{{4}})?\b|"  # Seattle, WA 98109
    r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b|"  # SW1A 1AA
    r"[^\W\d_]{3,}[\s,-]+\d{5,6}(?=$|\W)"  # Lucknow 226010
)
STREET_NUMBER = re.compile(
    r"[^\W\d_]{2,}\.?,?\s+\d+\s?[A-Za-z]?(?:[-/]\d+)?(?:,\s.{1,8})?$|^\d+\s?[A-Za-z]?,?\s+[^\W\d_]{2,}", re.UNICODE
)
ALIGNED = 0.012  # of the page width


@dataclass(frozen=True)
class Block:
    """Cells under each other whose left edges agree, from top to bottom."""

    cells: tuple[Cell, ...]

    @property
    def top(self) -> Cell:
        return self.cells[0]

    def holds(self, pattern: re.Pattern[str]) -> bool:
        return any(pattern.search(plain(cell.text)) for cell in self.cells)


def blocks_of(layout: Layout) -> list[Block]:
    """All blocks of the document: a cell continues the block above it when left edges agree and no row is left out."""
    done: list[list[Cell]] = []
    for page in sorted({line.page for line in layout.outer_lines}):
        done += _page_blocks([cell for line in layout.outer_lines if line.page == page for cell in line.cells])
    return [Block(tuple(block)) for block in done]


def _page_blocks(cells: Sequence[Cell]) -> Iterator[list[Cell]]:
    open_blocks: list[list[Cell]] = []
    for cell in cells:
        height = cell.box[3] - cell.box[1]
        still_open = [block for block in open_blocks if cell.box[1] - block[-1].box[3] < 3 * height]
        yield from (block for block in open_blocks if block not in still_open)
        open_blocks = still_open
        home = next((block for block in open_blocks if _continues(block[-1], cell)), None)
        if home is None:
            open_blocks.append([cell])
        else:
            home.append(cell)
    yield from open_blocks


def _continues(last: Cell, cell: Cell) -> bool:
    return abs(last.box[0] - cell.box[0]) < ALIGNED and cell.box[1] > (last.box[1] + last.box[3]) / 2
