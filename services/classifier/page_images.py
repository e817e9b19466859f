"""Makes the picture of a page that OCR reads: upright by its own metadata, of a size that is worth reading."""

import io
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_PIXELS = 3_000_000  # an A4 page at 175 dpi; more costs time and finds no more
MAX_SIDE = 8_000
_DECODED_PIXELS = 100_000_000  # what ingest lets pass
_ORIENTATION, _ON_THEIR_SIDE = 0x0112, {5, 6, 7, 8}
_DOTS_PER_POINT = 200 / 72


class NoPictureError(Exception):
    """The page cannot be drawn, or the image not decoded. Trying again would not help."""


@dataclass(frozen=True)
class Picture:
    """`width` and `height` are those of the page, in points or pixels; the picture may be smaller."""

    image: Image.Image
    width: float
    height: float

    def pixels(self) -> np.ndarray[Any, np.dtype[np.uint8]]:
        """Height x width x 3 bytes, blue first."""
        return np.ascontiguousarray(np.asarray(self.image)[:, :, ::-1])


def picture_of(raw: bytes, *, page: int, media_type: str) -> Picture:
    """The picture of one page, counted from 1; an image is its own page 1. Raises NoPictureError."""
    return _drawn(raw, page) if media_type == "application/pdf" else _decoded(raw)


def shrink_to_fit(width: float, height: float) -> float:
    """The factor, at most 1, that makes a picture as large as it is useful. Long receipts keep their width."""
    return min(1.0, math.sqrt(MAX_PIXELS / (width * height)), MAX_SIDE / max(width, height))


def _drawn(raw: bytes, page: int) -> Picture:
    try:
        with pypdfium2.PdfDocument(raw) as document:
            document.init_forms()
            drawn = document[page - 1]
            width, height = drawn.get_size()
            factor = shrink_to_fit(width * _DOTS_PER_POINT, height * _DOTS_PER_POINT)
            bitmap = drawn.render(scale=_DOTS_PER_POINT * factor)
            return Picture(bitmap.to_pil().convert("RGB"), width, height)
    except (pypdfium2.PdfiumError, IndexError, ValueError, ZeroDivisionError) as problem:
        raise NoPictureError from problem


def _decoded(raw: bytes) -> Picture:
    Image.MAX_IMAGE_PIXELS = _DECODED_PIXELS // 2  # Pillow refuses twice as many
    try:
        with Image.open(io.BytesIO(raw), formats=["PNG", "JPEG"]) as image:
            across, down = image.size
            factor = shrink_to_fit(across, down)
            size = (max(1, round(across * factor)), max(1, round(down * factor)))
            image.draft("RGB", size)
            turned = image.getexif().get(_ORIENTATION) in _ON_THEIR_SIDE
            upright = ImageOps.exif_transpose(image)
            small = _on_white(upright).resize(size[::-1] if turned else size, Image.Resampling.LANCZOS)
            return Picture(small, *((down, across) if turned else (across, down)))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as problem:
        raise NoPictureError from problem


def _on_white(image: Image.Image) -> Image.Image:
    """Eight bits a channel, and paper behind what is transparent."""
    if image.mode.startswith("I"):
        return image.point(lambda level: level / 256).convert("L").convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(layer, mask=layer.getchannel("A"))
    return paper
