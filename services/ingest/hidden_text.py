"""Leaves out words of a text layer that nobody sees on the page: orders to a reader hide there, and nothing a document says."""

import ctypes
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from ctypes import byref, c_uint
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from services.ingest.page_objects import Drawn

PALE, CLEAR = 225, 40  # of 255: a fill so light, or so transparent, may not be seen
CONTRAST = 20  # of 255, between the lightest and the darkest of a word that is seen
SMALLEST = 1.8  # points: smaller print is no print
DOTS = 100 / 72  # a point is drawn with
LONGEST = 2_400  # pixels

Words = list[dict[str, Any]]


class Picture(NamedTuple):
    """A page in greys: a byte a pixel, `stride` bytes a line."""

    across: int
    down: int
    stride: int
    greys: memoryview


def without_hidden(page: ctypes.c_void_p, words: Words, drawn: Sequence[Drawn], *, height: float) -> Words:
    """The words people see. `height` is the page's in points.

    Only a page with pale, clear or invisible print is drawn to look: over a scan invisible words are seen all the same.
    """
    legible = [word for word in words if (word["y1"] - word["y0"]) * height >= SMALLEST]
    if not _may_hide(handle for handle, kind, _ in drawn if kind == pdfium.FPDF_PAGEOBJ_TEXT):
        return legible
    with _picture_of(page) as picture:
        return [word for word in legible if _is_seen(picture, word)]


def _may_hide(texts: Iterable[Any]) -> bool:
    """Whether any text is invisible, pale or clear."""
    red, green, blue, alpha = (c_uint() for _ in range(4))
    colour = byref(red), byref(green), byref(blue), byref(alpha)
    for text in texts:
        pdfium.FPDFPageObj_GetFillColor(text, *colour)
        if alpha.value < CLEAR or (red.value > PALE and green.value > PALE and blue.value > PALE):
            return True
        if pdfium.FPDFTextObj_GetTextRenderMode(text) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE:
            return True
    return False


@contextmanager
def _picture_of(page: ctypes.c_void_p) -> Iterator[Picture]:
    """The page in greys, drawn small, while the block runs."""
    size = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    factor = min(DOTS, LONGEST / max(size))
    across, down = (max(1, round(side * factor)) for side in size)
    bitmap = pdfium.FPDFBitmap_CreateEx(across, down, pdfium.FPDFBitmap_Gray, None, 0)
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, across, down, 0xFFFFFFFF)
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, across, down, 0, pdfium.FPDF_ANNOT)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        greys = (ctypes.c_ubyte * (stride * down)).from_address(pdfium.FPDFBitmap_GetBuffer(bitmap))
        yield Picture(across, down, stride, memoryview(greys).cast("B"))
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)


def _is_seen(picture: Picture, word: dict[str, Any]) -> bool:
    """Whether anything stands out in the middle of a word's height, where its neighbours above and below do not reach.

    Mostly the line in the middle says so already.
    """
    inset = (word["y1"] - word["y0"]) * 0.2
    left, top, right, bottom = _pixels(picture, (word["x0"], word["y0"] + inset, word["x1"], word["y1"] - inset))
    greys, middle = list[int](), (top + bottom) // 2
    for line in (*range(middle, bottom), *range(top, middle)):
        there = picture.greys[line * picture.stride + left : line * picture.stride + right]
        greys += (min(there), max(there))
        if max(greys) - min(greys) >= CONTRAST:
            return True
    return False


def _pixels(picture: Picture, box: Iterable[float]) -> tuple[int, int, int, int]:
    x0, y0, x1, y1 = box
    left, top = int(x0 * picture.across), int(y0 * picture.down)
    return left, top, max(left + 1, round(x1 * picture.across)), max(top + 1, round(y1 * picture.down))
