"""The number of pages of a PDF, where independent readers agree on it. A wrong count would be a wrong bill."""

import ctypes
from typing import Any

import pypdfium2.raw as pdfium

from services.ingest.page_tree import MAX_PAGES, LyingTreeError, count_quickly, count_thoroughly
from services.ingest.pdf_objects import UnsureError
from services.ingest.refusal import RefusedError
from shared.problems import Category


def open_pdf(raw: bytes) -> Any:
    """Open with PDFium and the empty password; `raw` must outlive the document.

    Raises RefusedError where it does not open.
    """
    document = pdfium.FPDF_LoadMemDocument64(raw, len(raw), None)
    if document:
        return document
    if b"/Encrypt" in raw:
        raise RefusedError(Category.ENCRYPTED, "The PDF cannot be opened without a password.")
    if _has_no_pages(raw):
        raise RefusedError(Category.NO_PAGES, "The PDF has no pages.")
    raise RefusedError(Category.UNREADABLE, "The PDF is damaged and does not open.")


def count_pages(document: ctypes.c_void_p, raw: bytes) -> int:
    """The page count of an open document, 1..10,000. Raises RefusedError where it cannot be trusted."""
    first = int(pdfium.FPDF_GetPageCount(document))
    if not _confirmed(first, raw):
        raise RefusedError(Category.PAGE_COUNT_DISPUTED, "Two ways of counting the pages do not agree.")
    if first == 0:
        raise RefusedError(Category.NO_PAGES, "The PDF has no pages.")
    if first > MAX_PAGES:
        raise RefusedError(Category.TOO_LARGE, f"The PDF has {first:,} pages; {MAX_PAGES:,} are read.")
    return first


def _confirmed(count: int, raw: bytes) -> bool:
    """Whether a second reader finds as many: the quick one, or the thorough one where that is unsure or disagrees."""
    try:
        return count == count_quickly(raw) or count == count_thoroughly(raw)
    except LyingTreeError:
        return False
    except UnsureError:
        return count == count_thoroughly(raw)


def _has_no_pages(raw: bytes) -> bool:
    try:
        return count_quickly(raw) == 0
    except (UnsureError, LyingTreeError):
        return False
