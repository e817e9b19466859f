"""The number of pages of a PDF, where independent readers agree on it. A wrong count would be a wrong bill."""

import ctypes
from typing import Any

import pypdfium2.raw as pdfium

from services.ingest.page_tree import MAX_PAGES, count_quickly, count_thoroughly
from services.ingest.pdf_objects import UnsureError
from services.ingest.refusal import RefusedError
from shared.errors import Category


def open_pdf(raw: bytes) -> Any:
    """Open with PDFium and the empty password; `raw` must outlive the document.

    Raises RefusedError where it does not open.
    """
    document = pdfium.FPDF_LoadMemDocument64(raw, len(raw), None)
    if document:
        return document
    if b"/Encrypt" in raw:
        raise RefusedError(Category.ENCRYPTED, "The PDF cannot be opened without a password.")
    if _quick_count(raw) == 0:
        raise RefusedError(Category.NO_PAGES, "The PDF has no pages.")
    raise RefusedError(Category.UNREADABLE, "The PDF is damaged and does not open.")


def count_pages(document: ctypes.c_void_p, raw: bytes) -> int:
    """The page count of an open document, 1..10,000. Raises RefusedError where it cannot be trusted."""
    first = pdfium.FPDF_GetPageCount(document)
    second = _quick_count(raw)
    if first != second:  # the quick reader is believed when it confirms; to contradict takes the thorough one
        second = count_thoroughly(raw)
    if first == second == 0:
        raise RefusedError(Category.NO_PAGES, "The PDF has no pages.")
    if first != second:
        raise RefusedError(Category.PAGE_COUNT_DISPUTED, "Two ways of counting the pages do not agree.")
    if first > MAX_PAGES:
        raise RefusedError(Category.TOO_LARGE, f"The PDF has {first:,} pages; {MAX_PAGES:,} are read.")
    return int(first)


def _quick_count(raw: bytes) -> int | None:
    try:
        return count_quickly(raw)
    except UnsureError:
        return None
