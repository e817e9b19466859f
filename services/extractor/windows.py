"""Cuts long documents into windows of pages that overlap by one, and cut-off windows into smaller ones."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from services.extractor.prompts import page_text
from shared.page_rows import rows_of
from shared.pages import Page

Window = tuple[Page, ...]
SHARED_ROWS = 3  # of the two halves of a page
SMALLEST = 12  # rows: half a page with fewer is not cut again


class WindowLimits(BaseModel):
    """What one call is asked to read: pages, table rows, and characters of text."""

    model_config = ConfigDict(frozen=True)

    pages: int = 10
    rows: int = 150
    characters: int = 60_000


def cut(pages: Sequence[Page], *, rows: Sequence[int], limits: WindowLimits) -> list[Window]:
    """The windows of a document whose pages have so many table rows each. A window has two pages at least."""
    sizes = [len(page_text(page)) for page in pages]
    windows: list[Window] = []
    first = 0
    while True:
        last = first + 1
        while last < len(pages) and (
            last - first < 2
            or (
                last - first < limits.pages
                and sum(rows[first : last + 1]) <= limits.rows
                and sum(sizes[first : last + 1]) <= limits.characters
            )
        ):
            last += 1
        windows.append(tuple(pages[first:last]))
        if last >= len(pages):
            return windows
        first = last - 1


def halve(window: Window) -> list[Window]:
    """Two smaller windows over the same rows, or none when it cannot be cut any further."""
    if len(window) > 2:
        middle = len(window) // 2
        return [window[: middle + 1], window[middle:]]
    if len(window) == 2:
        return [window[:1], window[1:]]
    page = window[0]
    rows = rows_of(page)
    if len(rows) < SMALLEST:
        return []
    middle = len(rows) // 2
    parts = rows[: middle + SHARED_ROWS], rows[middle:]
    return [(page.model_copy(update={"words": tuple(word for row in part for word in row.words)}),) for part in parts]
