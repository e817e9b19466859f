"""Many messages written to the broker at once, each confirmed by itself: a quarter of the work of one call a message.

aiormq's own `basic_publish` for many: the same frames and the same book of confirmations, one write, no task a message.
"""

import asyncio
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import aiormq
from aio_pika.abc import AbstractChannel
from aiormq.abc import ChannelFrame, FrameType
from pamqp.body import ContentBody
from pamqp.commands import Basic
from pamqp.header import ContentHeader

_PERSISTENT = 2


class Parcel(NamedTuple):
    """A message on its way: its id, its routing key, its bytes and what they are."""

    id: str
    key: str
    body: bytes
    content_type: str


async def send_together(
    channel: AbstractChannel, parcels: Sequence[Parcel], *, exchange: str, seconds: float
) -> list[BaseException | None]:
    """Publish all, mandatory and persistent; tells what became of each, None where the broker confirmed it in time.

    Raises TimeoutError, OSError and what aio_pika raises while nothing could be sent at all.
    """
    async with asyncio.timeout(seconds):
        underlay = await channel.get_underlay_channel()
        assert isinstance(underlay, aiormq.Channel)
        frames = [frame for parcel in parcels for frame in _frames(parcel, exchange, underlay.max_content_size)]
        async with underlay.lock:
            # First sent and then counted: who is cancelled while the connection is stuck has not used up any number.
            await underlay.write_queue.put(ChannelFrame.marshall(channel_number=underlay.number, frames=frames))
            confirmations = [_expect(underlay, parcel.id) for parcel in parcels]
    try:
        await asyncio.wait(confirmations, timeout=seconds)
    finally:
        for parcel in parcels:
            underlay.message_id_delivery_tag.pop(parcel.id, None)
    return [_outcome(confirmation) for confirmation in confirmations]


def _frames(parcel: Parcel, exchange: str, most: int) -> Iterator[FrameType | ContentBody]:
    yield Basic.Publish(exchange=exchange, routing_key=parcel.key, mandatory=True)
    properties = Basic.Properties(content_type=parcel.content_type, delivery_mode=_PERSISTENT, message_id=parcel.id)
    yield ContentHeader(properties=properties, body_size=len(parcel.body))
    for start in range(0, len(parcel.body), most):
        yield ContentBody(parcel.body[start : start + most])


def _expect(channel: aiormq.Channel, message_id: str) -> "asyncio.Future[object]":
    """The answer to the next message that was sent; a returned one is found by its id."""
    channel.delivery_tag += 1
    confirmation: asyncio.Future[object] = channel.create_future()
    channel.confirmations[channel.delivery_tag] = confirmation
    channel.message_id_delivery_tag[message_id] = channel.delivery_tag
    return confirmation


def _outcome(confirmation: "asyncio.Future[object]") -> BaseException | None:
    if confirmation.done():
        return ConnectionError() if confirmation.cancelled() else confirmation.exception()
    confirmation.cancel()
    return TimeoutError()
