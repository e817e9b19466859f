"""Takes the words of a PDF and where they stand out of its text layer; says of each page whether that text is worth having."""

import ctypes
import re
from collections.abc import Sequence
from ctypes import byref, c_double, c_int, c_ushort
from typing import Any

import pypdfium2.raw as pdfium

from services.ingest.hidden_text import without_hidden
from services.ingest.page_objects import Matrix, drawn_on
from services.ingest.pictures import Box, Seen, pictures_on
from services.ingest.refusal import RefusedError
from shared.problems import Category

MAX_WORDS = 400_000

_LETTER_SIZE = (612.0, 792.0)  # what PDFium takes for a page without a size
_SPAN = 1_000_000
_WORD = re.compile(r"\S+")
_HYPHEN_AT_LINE_END = re.compile("[\x02\ufffe]")
_NO_CHARACTER = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufff0-\uffff]")
_LEADERS = " \r\n\t\xa0._-·…"  # what fills lines of a table of contents


def text_layer(document: ctypes.c_void_p, pages: int) -> list[dict[str, Any]]:
    """All pages in the page format. Pages without trustworthy text come back with the source `none` and no words.

    Raises RefusedError for more than 400,000 words.
    """
    layer = []
    words = 0
    known: set[tuple[Box, int]] = set()
    for index in range(pages):
        layer.append(_read_page(document, index, known))
        words += len(layer[-1]["words"])
        if words > MAX_WORDS:
            raise RefusedError(Category.TOO_LARGE, f"The PDF has more than {MAX_WORDS:,} words.")
    return layer


def _read_page(document: ctypes.c_void_p, index: int, known: set[tuple[Box, int]]) -> dict[str, Any]:
    page = pdfium.FPDF_LoadPage(document, index)
    if not page:  # it is counted, and OCR will say that it cannot be read
        return _page(index, *_LETTER_SIZE, [])
    try:
        width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
        text_page = pdfium.FPDFText_LoadPage(page)
        if not text_page:
            return _page(index, width, height, [])
        try:
            text = _text(text_page)
            readable = is_readable(text) and not (len(text) < 300 and _letters(text) < 50 and _is_scan(page))
            if not readable:
                return _page(index, width, height, [])
            drawn = list(drawn_on(page))
            upright = _upright(page)
            words = without_hidden(page, _words(text_page, text, upright), drawn, height=height)
            pictures = pictures_on(drawn, words, seen=_seen(upright), known=known) if words else []
            return _page(index, width, height, words, pictures)
        finally:
            pdfium.FPDFText_ClosePage(text_page)
    finally:
        pdfium.FPDF_ClosePage(page)


def _page(
    index: int, width: float, height: float, words: list[dict[str, Any]], pictures: Sequence[Box] = ()
) -> dict[str, Any]:
    source = "text" if words else "none"
    page = {"number": index + 1, "width": width, "height": height, "source": source, "words": words}
    return page | {"pictures": pictures} if pictures else page


def _seen(upright: Matrix) -> Seen:
    """Takes points on the page to fractions of it as people see it."""
    xx, xy, x0, yx, yy, y0 = upright
    return lambda x, y: (xx * x + xy * y + x0, yx * x + yy * y + y0)


def _text(text_page: ctypes.c_void_p) -> str:
    """The text with exactly one character for each of PDFium's, so that positions are the same."""
    count = max(pdfium.FPDFText_CountChars(text_page), 0)
    buffer = bytearray(2 * (count + 1))  # an array of ctypes would be a new type for each length
    pdfium.FPDFText_GetText(text_page, 0, count, byref(c_ushort.from_buffer(buffer)))
    text = buffer[:-2].decode("utf-16-le", errors="replace")
    if len(text) != count or "\0" in text:  # characters PDFium leaves out, or that take two units
        codes = (pdfium.FPDFText_GetUnicode(text_page, position) for position in range(count))
        text = "".join(chr(code) if code < 0xD800 or 0xDFFF < code < 0x110000 else "\ufffd" for code in codes)
    return _HYPHEN_AT_LINE_END.sub("-", text)


def is_readable(text: str) -> bool:
    """Whether a text layer says something: letters or digits, and few characters that no font can show."""
    letters = _letters(text)
    unknown = len(_NO_CHARACTER.findall(text))
    counted = len(text) - sum(map(text.count, _LEADERS))
    return letters > 0 and unknown <= 0.2 * (letters + unknown) and letters >= 0.25 * counted


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _is_scan(page: ctypes.c_void_p) -> bool:
    """Whether one picture covers most of the page: then a few words are a stamp, not the document."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    area = pdfium.FPDF_GetPageWidthF(page) * pdfium.FPDF_GetPageHeightF(page)
    for position in range(min(pdfium.FPDFPage_CountObjects(page), 100)):
        drawn = pdfium.FPDFPage_GetObject(page, position)
        if pdfium.FPDFPageObj_GetType(drawn) == pdfium.FPDF_PAGEOBJ_IMAGE:
            pdfium.FPDFPageObj_GetBounds(drawn, byref(left), byref(bottom), byref(right), byref(top))
            if (right.value - left.value) * (top.value - bottom.value) > 0.5 * area:
                return True
    return False


def _words(text_page: ctypes.c_void_p, text: str, upright: Matrix) -> list[dict[str, Any]]:
    """This loop is most of what a text layer costs, so it spells out what it could call."""
    xx, xy, x0, yx, yy, y0 = upright
    unknown = _NO_CHARACTER.search(text)
    one, other = pdfium.FS_RECTF(), pdfium.FS_RECTF()
    words = []
    for found in _WORD.finditer(text):
        first, end = found.span()
        left, bottom, right, top = _box(text_page, first, end - 1, one, other)
        if xx > 0 > yy:  # upright, as nearly always
            xa, ya, xb, yb = xx * left + x0, yy * top + y0, xx * right + x0, yy * bottom + y0
        else:
            xa, xb = sorted((xx * left + xy * bottom + x0, xx * right + xy * top + x0))
            ya, yb = sorted((yx * left + yy * bottom + y0, yx * right + yy * top + y0))
        if xa < 0 or ya < 0 or xb > 1 or yb > 1:
            xa, ya, xb, yb = max(xa, 0.0), max(ya, 0.0), min(xb, 1.0), min(yb, 1.0)
        xa, ya, xb, yb = xa * 1e5 // 1 / 1e5, ya * 1e5 // 1 / 1e5, xb * 1e5 // 1 / 1e5, yb * 1e5 // 1 / 1e5
        shown = _NO_CHARACTER.sub("", found[0]) if unknown else found[0]
        if shown and xa < xb and ya < yb:  # else it is outside the page, or has no size
            words.append({"text": shown, "x0": xa, "y0": ya, "x1": xb, "y1": yb})
    return words


def _upright(page: ctypes.c_void_p) -> Matrix:
    """From points on the page to fractions of it as people see it, turned and cropped, origin top left."""
    x, y = c_int(), c_int()

    def seen(px: float, py: float) -> tuple[float, float]:
        pdfium.FPDF_PageToDevice(page, 0, 0, _SPAN, _SPAN, 0, px, py, byref(x), byref(y))
        return x.value / _SPAN, y.value / _SPAN

    x0, y0 = seen(0, 0)
    x1, y1 = seen(1000, 0)
    x2, y2 = seen(0, 1000)
    return (x1 - x0) / 1000, (x2 - x0) / 1000, x0, (y1 - y0) / 1000, (y2 - y0) / 1000, y0


def _box(text_page: ctypes.c_void_p, first: int, last: int, a: Any, b: Any) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of a word in points, by its first and last character, as high as its font.

    `a` and `b` are rectangles to work with.
    """
    pdfium.FPDFText_GetLooseCharBox(text_page, first, a)
    pdfium.FPDFText_GetLooseCharBox(text_page, last, b)
    left, bottom, right, top = a.left, a.bottom, b.right, b.top
    if left < right and bottom == b.bottom < top == a.top:  # a plain word on a plain line
        return left, bottom, right, top
    left, bottom, right, top = min(left, b.left), min(bottom, b.bottom), max(a.right, right), max(a.top, top)
    return (left, bottom, right, top) if bottom < top else _ink(text_page, first, last)


def _ink(text_page: ctypes.c_void_p, first: int, last: int) -> tuple[float, float, float, float]:
    """The same for a font without ascent and descent: the box of what is drawn."""
    x0, x1, y0, y1 = c_double(), c_double(), c_double(), c_double()
    boxes = []
    for position in (first, last):
        pdfium.FPDFText_GetCharBox(text_page, position, x0, x1, y0, y1)
        boxes.append((x0.value, y0.value, x1.value, y1.value))
    (left, bottom, right, top), (left2, bottom2, right2, top2) = boxes
    return min(left, left2), min(bottom, bottom2), max(right, right2), max(top, top2)
