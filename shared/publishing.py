"""What the outbox asks of a broker. Who writes events needs no more of it than this."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


class PublishError(Exception):
    """The broker did not confirm: the events stay in the outbox and are tried again."""


@dataclass(frozen=True)
class Message:
    """An encoded event on its way to the broker; the type is its routing key."""

    id: UUID
    type: str
    body: bytes


class Publishes(Protocol):
    """`messaging.Publisher`, or what stands in for it."""

    async def publish(self, messages: Sequence[Message]) -> list[bool]:
        """Publish all at once; tells for each whether the broker confirmed it."""
        ...
