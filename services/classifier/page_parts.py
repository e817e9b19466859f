"""Makes a picture of the pictures on a page with text, without what the text layer says already."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from services.classifier.page_images import Picture

Box = tuple[float, float, float, float]
Place = tuple[int, int, int, int]

PAPER = 736  # the least side the engine takes without making a picture larger

_STROKE, _STROKES = 64, 60  # how strong an edge is, of 255, and how many pixels of it a few letters have
LEAST = 0.0015  # of a page: a smaller part is an ornament
_KNOWN = 0.3  # of what was read may lie over known words


@dataclass(frozen=True)
class Part:
    """A part of a page on white paper, and where it begins, in pixels of the whole page's picture of `across` x `down`."""

    image: Image.Image
    left: int
    top: int
    across: int
    down: int

    def on_page(self, corners: Iterable[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
        return tuple((x + self.left, y + self.top) for x, y in corners)

    def pixels(self) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        """Height x width x 3 bytes, blue first."""
        return np.ascontiguousarray(np.asarray(self.image)[:, :, ::-1])


def parts_of(page: Picture, *, parts: Sequence[Box], known: Sequence[Box]) -> Iterator[Part]:
    """Each part in which more is to be seen than words that are `known`, which are painted over so that nothing is read twice.

    Parts that touch are one. Boxes are in fractions of the page.
    """
    across, down = page.image.size
    painted = page.image.copy()
    for box in known:
        painted.paste("white", _pixels(box, across, down))
    for left, top, right, bottom in _joined([_pixels(box, across, down) for box in parts]):
        cut = painted.crop((left, top, right, bottom))
        if cut.width * cut.height > LEAST * across * down and _has_strokes(cut):
            paper = Image.new("RGB", (max(cut.width, PAPER), max(cut.height, PAPER)), "white")
            paper.paste(cut)
            yield Part(paper, left, top, across, down)


def _joined(places: Sequence[Place]) -> list[Place]:
    """Places that touch as one: a scan may be cut into strips."""
    apart: list[Place] = []
    for place in sorted(places):
        left, top, right, bottom = place
        for other in [
            one for one in apart if one[0] <= right and left <= one[2] and one[1] <= bottom and top <= one[3]
        ]:
            apart.remove(other)
            left, top, right, bottom = (
                min(left, other[0]),
                min(top, other[1]),
                max(right, other[2]),
                max(bottom, other[3]),
            )
        apart.append((left, top, right, bottom))
    return apart


def _pixels(box: Box, across: int, down: int) -> Place:
    x0, y0, x1, y1 = box
    return math.floor(x0 * across), math.floor(y0 * down), math.ceil(x1 * across), math.ceil(y1 * down)


def is_known(box: Box, known: Iterable[Box]) -> bool:
    """Whether words of the text layer lie where something was read, as they do over a scan they do not fit exactly."""
    return sum(_common(box, other) for other in known) > _KNOWN * _area(box)


def _has_strokes(image: Image.Image) -> bool:
    """Whether anything differs from what is right around it."""
    edges = image.convert("L").filter(ImageFilter.FIND_EDGES).crop((1, 1, image.width - 1, image.height - 1))
    return sum(edges.histogram()[_STROKE:]) > _STROKES


def _area(box: Box) -> float:
    return max(box[2] - box[0], 0.0) * max(box[3] - box[1], 0.0)


def _common(box: Box, other: Box) -> float:
    return _area((max(box[0], other[0]), max(box[1], other[1]), min(box[2], other[2]), min(box[3], other[3])))
