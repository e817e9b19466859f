"""Reads all windows of a document, a few at once; those whose answers are cut off in smaller pieces."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from services.extractor.merging import Part
from services.extractor.windows import Window, halve
from shared.errors import Category, Permanent, Problem, Truncated
from shared.results import JsonObject

Read = Callable[[Window], Awaitable[JsonObject]]


async def read_all(windows: Sequence[Window], read: Read, *, at_once: int) -> list[Part]:
    """Every window's answer, in the order of the pages.

    After a problem nothing more is begun, but what is under way may finish, so that its answers are kept. Raises the
    first problem, a permanent one before others.
    """
    reading = _Reading(read, asyncio.Semaphore(at_once))
    parts = await asyncio.gather(*map(reading.part, windows))
    if reading.problems:
        raise min(reading.problems, key=lambda problem: not isinstance(problem, Permanent))
    return [part for group in parts for part in group]


@dataclass
class _Reading:
    read: Read
    places: asyncio.Semaphore
    problems: list[Problem] = field(default_factory=list)
    too_large: int = 10_000  # pages: of the smallest window whose answer was cut off

    async def part(self, window: Window) -> list[Part]:
        """The window's answer, in pieces when it has to be. Nothing after a problem."""
        if len(window) >= max(self.too_large, 2):
            return await self._pieces(window)
        async with self.places:
            if self.problems:
                return []
            if len(window) < max(self.too_large, 2):  # else it has become clear meanwhile
                try:
                    return [Part(window, await self.read(window))]
                except Truncated as cut_off:
                    self.too_large = min(self.too_large, len(window))
                    self._give_up_if_smallest(window, cut_off)
                except Problem as problem:
                    self.problems.append(problem)
                    return []
        return await self._pieces(window)

    async def _pieces(self, window: Window) -> list[Part]:
        parts = await asyncio.gather(*map(self.part, halve(window)))
        return [part for group in parts for part in group]

    def _give_up_if_smallest(self, window: Window, cut_off: Truncated) -> None:
        if not halve(window):
            message = "The model's answer was cut off even for half a page. Allow it more output tokens."
            problem = Permanent(Category.INVALID_OUTPUT, message)
            problem.__cause__ = cut_off
            self.problems.append(problem)
