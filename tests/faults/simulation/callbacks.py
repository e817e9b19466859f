"""Who is told when a connection or a channel of the simulated broker closes."""

from collections.abc import Callable
from typing import Any


class Callbacks:
    """As aio_pika's collections of callbacks."""

    def __init__(self) -> None:
        self._called: list[Callable[..., Any]] = []

    def add(self, callback: Callable[..., Any]) -> None:
        self._called.append(callback)

    def __call__(self) -> None:
        for callback in self._called:
            callback(self, None)
