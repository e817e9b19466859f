"""What the broker's library lets out when a connection dies is told as what it is; being asked to stop stays that."""

import asyncio

import pytest
from aio_pika.exceptions import ChannelInvalidStateError

from shared.messaging import plain_losses


async def test_a_connection_that_is_closed_while_it_opens_is_a_connection_error():
    with pytest.raises(ConnectionError), plain_losses():
        raise StopAsyncIteration


async def test_a_wait_that_a_dead_connection_cancels_is_a_connection_error():
    waited_on = asyncio.get_running_loop().create_future()
    waited_on.cancel()
    with pytest.raises(ConnectionError), plain_losses():
        await waited_on


async def test_who_is_asked_to_stop_stops():
    async def work() -> None:
        with plain_losses():
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_who_is_asked_to_stop_stops_also_when_the_connection_cannot_be_closed():
    async def asks() -> None:
        with plain_losses():
            try:
                await asyncio.Event().wait()
            finally:
                raise ChannelInvalidStateError

    asking = asyncio.create_task(asks())
    await asyncio.sleep(0)
    asking.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asking
