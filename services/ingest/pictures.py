"""Finds the pictures on a page with a text layer: a logo, a stamp, a scanned part may hold text of their own."""

import ctypes
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import pypdfium2.raw as pdfium

from services.ingest.page_objects import Drawn

Seen = Callable[[float, float], tuple[float, float]]
Box = tuple[float, float, float, float]

LEAST_SIDE = 0.004  # of the page's: less is a line
LEAST_AREA = 0.01  # of the page, covered by its pictures: what is a notable share
BANDS = 20  # a picture is cut into, to see how much of its height has words over it


def pictures_on(
    drawn: Sequence[Drawn], words: Sequence[dict[str, Any]], *, seen: Seen, known: set[tuple[Box, int]]
) -> list[Box]:
    """The boxes of pictures worth reading, in fractions of the page as people see it; `seen` takes points there.

    A scan with its text laid invisibly over it has been read; but not where the words cover less than half of its height.
    A picture that stands at the same place of an earlier page, `known`, is read once: a letterhead.
    """
    boxes: list[Box] = []
    for one in drawn:
        if one.kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            box = _box(one, seen)
            mark = box, _content(one.handle)
            if min(box[2] - box[0], box[3] - box[1]) > LEAST_SIDE and mark not in known:
                boxes.append(box)
                known.add(mark)
    if sum((box[2] - box[0]) * (box[3] - box[1]) for box in boxes) < LEAST_AREA:
        return []
    modes = [pdfium.FPDFTextObj_GetTextRenderMode(one.handle) for one in drawn if one.kind == pdfium.FPDF_PAGEOBJ_TEXT]
    laid_over = modes.count(pdfium.FPDF_TEXTRENDERMODE_INVISIBLE) > len(modes) / 2
    return [box for box in boxes if not laid_over or _share_with_words(box, words) < 0.5]


def _content(handle: Any) -> int:
    """The same for pictures with the same bytes."""
    size = pdfium.FPDFImageObj_GetImageDataRaw(handle, None, 0)
    raw = ctypes.create_string_buffer(size)
    pdfium.FPDFImageObj_GetImageDataRaw(handle, raw, size)
    return zlib.crc32(raw.raw)


def _box(one: Drawn, seen: Seen) -> Box:
    """Where it is seen, cut off at the edges of the page."""
    corners = [seen(*corner) for corner in one.corners()]
    xs, ys = ([min(max(corner[axis], 0.0), 1.0) for corner in corners] for axis in (0, 1))
    return round(min(xs), 5), round(min(ys), 5), round(max(xs), 5), round(max(ys), 5)


def _share_with_words(box: Box, words: Sequence[dict[str, Any]]) -> float:
    """How much of the height of a picture has words over it."""
    step = (box[3] - box[1]) / BANDS
    hit: set[int] = set()
    for word in words:
        middle = (word["x0"] + word["x1"]) / 2
        if box[0] < middle < box[2] and word["y1"] > box[1] and word["y0"] < box[3]:
            first, last = (min(max(int((word[y] - box[1]) / step), 0), BANDS - 1) for y in ("y0", "y1"))
            hit.update(range(first, last + 1))
    return len(hit) / BANDS
