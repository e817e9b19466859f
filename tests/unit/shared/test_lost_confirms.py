"""A confirm that never comes is no confirm, whichever way the client says so."""

import asyncio
from uuid import uuid4

import pytest

from shared.messaging import Publisher
from shared.publishing import Message


class Channel:
    """Cannot be written to, for one reason."""

    def __init__(self, error: type[BaseException]) -> None:
        self._error = error

    async def get_underlay_channel(self) -> None:
        raise self._error


class Exchange:
    def __init__(self, channel: Channel) -> None:
        self.channel = channel


def publisher_whose_exchange(error: type[BaseException]) -> Publisher:
    publisher = Publisher("amqp://nobody:nothing@127.0.0.1:1/none")
    publisher._exchange = Exchange(Channel(error))  # type: ignore[assignment]  # as much of one as is used
    return publisher


@pytest.mark.parametrize("error", [TimeoutError, ConnectionResetError, asyncio.CancelledError])
async def test_a_publish_whose_connection_dies_is_not_confirmed_and_ends_nobody(error: type[BaseException]):
    publisher = publisher_whose_exchange(error)

    assert await publisher.publish([Message(uuid4(), "document.failed", b"{}")]) == [False]
