"""How the product reaches the simulated broker: to listen, by aio_pika's connect; to declare and publish, by FastStream's broker."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aio_pika.exceptions import AMQPError, ChannelInvalidStateError

from shared import pipelined
from tests.faults.simulation.broker import Broker, Connection, Parcel


async def connect(broker: Broker) -> Connection:
    """Raises ConnectionError while the broker is away."""
    await broker.plan.step("connect to the broker")
    if broker.away:
        raise ConnectionRefusedError
    broker.connections.append(Connection(broker))
    return broker.connections[-1]


class Door:
    """As far as messaging.py uses FastStream's broker: it declares, and publishes through an exchange."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    async def connect(self) -> None:
        await self._broker.plan.step("connect to the broker")
        if self._broker.away:
            raise ConnectionRefusedError

    async def stop(self) -> None:
        """Nothing is held."""

    async def ping(self, **_options: Any) -> bool:
        return not self._broker.away

    async def declare_exchange(self, _exchange: Any) -> "Door":
        return self

    async def declare_queue(self, queue: Any) -> "_Declared":
        arguments = queue.arguments or {}
        self._broker.declare(queue.name, arguments.get("x-dead-letter-routing-key"))
        return _Declared(self._broker, queue.name)

    @property
    def channel(self) -> "Door":
        return self

    async def publish(self, parcel: pipelined.Parcel, *, mandatory: bool, seconds: float) -> BaseException | None:
        """What went wrong, if anything."""
        try:
            await self._broker.plan.step("publish")
            async with asyncio.timeout(seconds):
                await self._broker.publish(Parcel(parcel.key, parcel.body, parcel.id), mandatory=mandatory)
            await self._broker.plan.step("confirmed")
        except (AMQPError, ChannelInvalidStateError, OSError, TimeoutError) as error:
            return error
        return None


async def send_together(
    door: Door, parcels: Sequence[pipelined.Parcel], *, exchange: str, seconds: float, mandatory: bool = True
) -> list[BaseException | None]:
    """As shared/pipelined.py, but that each message meets faults of its own."""
    assert exchange
    return await asyncio.gather(*(door.publish(parcel, mandatory=mandatory, seconds=seconds) for parcel in parcels))


@dataclass(frozen=True)
class _Declared:
    """A queue to be bound."""

    broker: Broker
    name: str

    async def bind(self, _exchange: Any, key: str) -> None:
        self.broker.bind(self.name, key)
