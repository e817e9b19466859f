"""Finds out how a scanned page lies, and puts what was read on it upright.

The reader turns every line on its own before it reads it, so the text is right however the page lies; only the places
have to be turned.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import NamedTuple

Point = tuple[float, float]

_SMALLEST_SKEW = math.radians(0.3)
_LARGEST_SKEW = math.radians(15)


@dataclass(frozen=True)
class Fragment:
    """A piece of a line: its corners in pixels, clockwise, and whether the reader had to turn it by half."""

    text: str
    confidence: float
    corners: tuple[Point, ...]
    upside_down: bool

    @property
    def stands(self) -> bool:
        """Higher than wide by half: the reader turns such a fragment left before it reads it."""
        across, down = math.dist(*self.corners[:2]), math.dist(*self.corners[1:3])
        return down >= 1.5 * across


class Upright(NamedTuple):
    """Fragments as they stand on the upright page, and the slant in radians that was taken out of them."""

    fragments: list[Fragment]
    slant: float


def upright(fragments: Sequence[Fragment], width: float, height: float, *, turn: int) -> Upright:
    """The fragments of a picture of this size as they stand when it is turned clockwise and straightened."""
    turned = [_moved(fragment, turn, width, height) for fragment in fragments]
    return straightened(turned, *((height, width) if turn in {90, 270} else (width, height)))


def turn_needed(fragments: Sequence[Fragment]) -> int:
    """By how many degrees, clockwise, the picture must be turned: 0, 90, 180 or 270.

    The majority decides, each fragment with the weight of its text; a word or two do not turn a page.
    """
    voters = [fragment for fragment in fragments if len(fragment.text) >= 4]
    weights = {0: 0, 90: 0, 180: 0, 270: 0}
    for fragment in voters:
        direction = (90 if fragment.upside_down else 270) if fragment.stands else 180 * fragment.upside_down
        weights[direction] += len(fragment.text)
    best = max(weights, key=lambda turn: weights[turn])
    return best if len(voters) >= 3 and weights[best] > 0.6 * sum(weights.values()) else 0


def _moved(fragment: Fragment, turn: int, width: float, height: float) -> Fragment:
    moves: dict[int, Callable[[float, float], Point]] = {
        0: lambda x, y: (x, y),
        90: lambda x, y: (height - y, x),
        180: lambda x, y: (width - x, height - y),
        270: lambda x, y: (y, width - x),
    }
    return replace(fragment, corners=tuple(moves[turn](*corner) for corner in fragment.corners))


def straightened(fragments: Sequence[Fragment], width: float, height: float) -> Upright:
    """Turned about the middle of the page until its lines are level, so that rows can be told by their height."""
    angles = [_slope(fragment) for fragment in fragments if not fragment.stands and len(fragment.text) >= 8]
    skew = median(angles) if len(angles) >= 3 else 0.0
    if not _SMALLEST_SKEW < abs(skew) < _LARGEST_SKEW:
        return Upright(list(fragments), 0.0)
    sine, cosine = math.sin(-skew), math.cos(-skew)

    def level(x: float, y: float) -> Point:
        dx, dy = x - width / 2, y - height / 2
        return width / 2 + dx * cosine - dy * sine, height / 2 + dx * sine + dy * cosine

    levelled = [
        replace(fragment, corners=tuple(level(*corner) for corner in fragment.corners)) for fragment in fragments
    ]
    return Upright(levelled, skew)


def _slope(fragment: Fragment) -> float:
    """The angle of a line in radians, positive when it falls to the right."""
    by_x = sorted(fragment.corners)
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = by_x
    return math.atan2((y2 + y3) - (y0 + y1), (x2 + x3) - (x0 + x1))
