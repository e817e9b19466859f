"""Checks that an image can be read to its end, and how large it is the right way up."""

import io
import warnings
from typing import Any

from PIL import Image, UnidentifiedImageError

from services.ingest.refusal import RefusedError
from shared.problems import Category

MAX_PIXELS = 100_000_000
_ORIENTATION = 0x0112
_ON_THEIR_SIDE = {5, 6, 7, 8}


def check_image(raw: bytes, kind: str) -> list[dict[str, Any]]:
    """One page without words, in upright pixels. `kind` is PNG or JPEG.

    Raises RefusedError for an image that is too large, or does not decode completely.
    """
    Image.MAX_IMAGE_PIXELS = None  # our own limit says why, and comes before anything is decoded
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(raw), formats=[kind]) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                limit = MAX_PIXELS // 1_000_000
                raise RefusedError(
                    Category.TOO_LARGE, f"The image has {width:,} x {height:,} pixels; {limit} million are read."
                )
            image.draft("L", (width // 8, height // 8))  # a JPEG is still read to its end, in an eighth of the memory
            image.load()
            turned = image.getexif().get(_ORIENTATION) in _ON_THEIR_SIDE
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as broken:
        raise RefusedError(Category.UNREADABLE, "The image is damaged, or takes too much memory to decode.") from broken
    size = (height, width) if turned else (width, height)
    return [{"number": 1, "width": size[0], "height": size[1], "source": "none", "words": []}]
