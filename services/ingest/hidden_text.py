"""Leaves out words of a text layer that nobody sees on the page: orders to a reader hide there, and nothing a document says."""

import ctypes
from collections.abc import Iterable, Sequence
from ctypes import byref, c_uint
from typing import Any

import pypdfium2.raw as pdfium
from PIL import Image

from services.ingest.page_objects import Drawn

PALE, CLEAR = 225, 40  # of 255: a fill so light, or so transparent, may not be seen
CONTRAST = 20  # of 255, between the lightest and the darkest of a word that is seen
SMALLEST = 1.8  # points: smaller print is no print
DOTS = 100 / 72  # a point is drawn with
LONGEST = 2_400  # pixels

Words = list[dict[str, Any]]


def without_hidden(page: ctypes.c_void_p, words: Words, drawn: Sequence[Drawn], *, height: float) -> Words:
    """The words people see. `height` is the page's in points.

    Only a page with pale, clear or invisible print is drawn to look: over a scan invisible words are seen all the same.
    """
    legible = [word for word in words if (word["y1"] - word["y0"]) * height >= SMALLEST]
    if not any(_may_be_hidden(one) for one in drawn if one.kind == pdfium.FPDF_PAGEOBJ_TEXT):
        return legible
    picture = _picture_of(page)
    return [word for word in legible if _is_seen(picture, word)]


def _may_be_hidden(one: Drawn) -> bool:
    if pdfium.FPDFTextObj_GetTextRenderMode(one.handle) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE:
        return True
    red, green, blue, alpha = (c_uint() for _ in range(4))
    pdfium.FPDFPageObj_GetFillColor(one.handle, byref(red), byref(green), byref(blue), byref(alpha))
    return alpha.value < CLEAR or min(red.value, green.value, blue.value) > PALE


def _picture_of(page: ctypes.c_void_p) -> Image.Image:
    """The page in greys, drawn small."""
    size = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    factor = min(DOTS, LONGEST / max(size))
    across, down = (max(1, round(side * factor)) for side in size)
    bitmap = pdfium.FPDFBitmap_CreateEx(across, down, pdfium.FPDFBitmap_Gray, None, 0)
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, across, down, 0xFFFFFFFF)
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, across, down, 0, pdfium.FPDF_ANNOT)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        raw = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * down)
        return Image.frombytes("L", (across, down), raw, "raw", "L", stride)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)


def _is_seen(picture: Image.Image, word: dict[str, Any]) -> bool:
    """Whether anything stands out in the middle of a word's height, where its neighbours above and below do not reach."""
    inset = (word["y1"] - word["y0"]) * 0.2
    box = _pixels(picture, (word["x0"], word["y0"] + inset, word["x1"], word["y1"] - inset))
    darkest, lightest = picture.crop(box).getextrema()
    assert isinstance(darkest, int)
    assert isinstance(lightest, int)
    return lightest - darkest >= CONTRAST


def _pixels(picture: Image.Image, box: Iterable[float]) -> tuple[int, int, int, int]:
    x0, y0, x1, y1 = box
    left, top = int(x0 * picture.width), int(y0 * picture.height)
    return left, top, max(left + 1, round(x1 * picture.width)), max(top + 1, round(y1 * picture.height))
