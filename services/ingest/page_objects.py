"""Walks over everything drawn on a page of a PDF, also what is drawn by forms on it."""

import ctypes
from collections.abc import Iterator
from ctypes import byref
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

MOST = 3_000  # looked at on a page

Matrix = tuple[float, float, float, float, float, float]
_SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Drawn(NamedTuple):
    """Something drawn, what kind of thing, and the matrix of the form it is part of."""

    handle: Any
    kind: int
    matrix: Matrix

    def corners(self) -> Iterator[tuple[float, float]]:
        """The corners of its bounds, in points of the page."""
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        pdfium.FPDFPageObj_GetBounds(self.handle, byref(left), byref(bottom), byref(right), byref(top))
        yield from (_moved(x.value, y.value, self.matrix, 1) for x in (left, right) for y in (bottom, top))


def drawn_on(page: ctypes.c_void_p) -> Iterator[Drawn]:
    """At most 3,000 things, in no certain order."""
    count = min(pdfium.FPDFPage_CountObjects(page), MOST)
    waiting = [(pdfium.FPDFPage_GetObject(page, index), _SAME) for index in range(count)]
    for _ in range(MOST):
        if not waiting:
            return
        handle, matrix = waiting.pop()
        kind = pdfium.FPDFPageObj_GetType(handle)
        yield Drawn(handle, kind, matrix)
        if kind == pdfium.FPDF_PAGEOBJ_FORM:
            inner = _times(_matrix(handle), matrix)
            count = min(pdfium.FPDFFormObj_CountObjects(handle), MOST)
            waiting += [(pdfium.FPDFFormObj_GetObject(handle, index), inner) for index in range(count)]


def _matrix(handle: Any) -> Matrix:
    found = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(handle, byref(found))
    return found.a, found.b, found.c, found.d, found.e, found.f


def _times(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    return (*_moved(a, b, other, 0), *_moved(c, d, other, 0), *_moved(e, f, other, 1))


def _moved(x: float, y: float, matrix: Matrix, shift: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + shift * e, b * x + d * y + shift * f
