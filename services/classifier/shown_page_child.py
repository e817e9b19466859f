"""Runs inside the sandbox: draws one page as people see it beside its fields."""

import io
import math
from typing import Any, BinaryIO

from PIL import Image

from services.classifier.page_images import NoPictureError, picture_of

_QUALITY = 82


def draw_page(request: dict[str, Any], file: BinaryIO) -> bytes:
    """Request: `page` from 1, `media_type`, `width` in pixels, and how the page lay: `turned`, `slant`.

    Gives a JPEG, at most as wide as asked for, or nothing when the page cannot be drawn.
    """
    try:
        picture = picture_of(file.read(), page=request["page"], media_type=request["media_type"]).image
    except NoPictureError:
        return b""
    shown = _levelled(picture, turned=request["turned"], slant=request["slant"])
    width = min(request["width"], shown.width)
    height = max(1, round(shown.height * width / shown.width))
    out = io.BytesIO()
    shown.resize((width, height), Image.Resampling.LANCZOS).save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _levelled(picture: Image.Image, *, turned: int, slant: float) -> Image.Image:
    """Moved as its words were (orientation.py), so that these stand where they are seen."""
    if turned:
        picture = picture.rotate(-turned, expand=True)
    if slant:
        picture = picture.rotate(math.degrees(slant), Image.Resampling.BICUBIC, fillcolor="white")
    return picture
