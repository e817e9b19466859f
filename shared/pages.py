"""The page format: the words of a document and where they stand. Stored as gzipped JSON in object storage."""

import gzip
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict
from pydantic.dataclasses import dataclass


@dataclass(frozen=True, slots=True)  # not a model: of thousands, each takes less time to validate, and less memory
class Word:
    """One word, or one line fragment as an OCR engine reports it.

    The box is in fractions of the upright page, 0..1, origin top left: `x0 < x1`, `y0 < y1`.
    `confidence` is the OCR engine's, 0..1; text layers have none.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float | None = None


class Page(BaseModel):
    """One upright page. `width` and `height` are points for PDF pages and pixels for images.

    `source` says where the words come from; `none` is a page that has not been read yet. `pictures` are the boxes of
    pictures on a page with text that have not been read yet; words read there have a confidence. A scan stands upright after it
    is `turned` clockwise by so many degrees, and level after its lines, which fall to the right by `slant` radians, do.
    """

    model_config = ConfigDict(frozen=True)

    number: int
    width: float
    height: float
    source: Literal["text", "ocr", "none"]
    words: tuple[Word, ...] = ()
    pictures: tuple[tuple[float, float, float, float], ...] = ()
    turned: Literal[0, 90, 180, 270] = 0
    slant: float = 0.0

    @property
    def needs_ocr(self) -> bool:
        return self.source == "none" or bool(self.pictures)


class Pages(BaseModel):
    """All pages of a document, in order, numbered from 1."""

    model_config = ConfigDict(frozen=True)

    pages: tuple[Page, ...]

    @property
    def needs_ocr(self) -> bool:
        return any(page.needs_ocr for page in self.pages)

    def to_bytes(self) -> bytes:
        return gzip.compress(self.model_dump_json(exclude_none=True).encode(), compresslevel=6, mtime=0)

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        return cls.model_validate_json(gzip.decompress(raw))
