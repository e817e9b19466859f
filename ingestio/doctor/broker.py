"""RabbitMQ: whether it takes us, which version it is, whether every queue is there and somebody reads it."""

import asyncio
import re

import aiormq
from aiormq.exceptions import AMQPError, ChannelNotFoundEntity, ProbableAuthenticationError

from ingestio.doctor.findings import Finding, good, problem
from shared.messaging import HEARS, control_queue

OLDEST = (3, 10)
_REFUSED = "Look at the user and the password in the URL, and at the user's rights on the virtual host."


async def look_at_broker(url: str, *, running: bool) -> list[Finding]:
    """`running` says whether there should be somebody at every queue."""
    try:
        async with asyncio.timeout(10):
            connection = await aiormq.connect(url)
            try:
                version = connection.server_properties.get("version", b"")
                text = version.decode() if isinstance(version, bytes) else str(version)
                return [_version(text), *[await _queue(connection, name, running=running) for name in HEARS]]
            finally:
                await connection.close()
    except ProbableAuthenticationError:
        return [problem("rabbitmq", "refuses the password", _REFUSED)]
    except (AMQPError, OSError, TimeoutError) as error:
        return [
            problem(
                "rabbitmq",
                f"does not take us ({type(error).__name__})",
                f"Start it, or look at its address. {_REFUSED}",
            )
        ]


def _version(text: str) -> Finding:
    numbers = tuple(int(number) for number in re.findall(r"\d+", text)[:2])
    if numbers < OLDEST:
        return problem(
            "rabbitmq", f"version {text or 'unknown'}", "IngestIO runs on 3.10 and newer: upgrade the server."
        )
    return good("rabbitmq", f"version {text}")


async def _queue(connection: aiormq.abc.AbstractConnection, service: str, *, running: bool) -> Finding:
    """Both queues of a service."""
    consumers, waiting = [], 0
    for name in (service, control_queue(service)):
        channel = await connection.channel()
        try:
            found = await channel.queue_declare(name, passive=True)
        except ChannelNotFoundEntity:
            return problem(
                f"queue {name}", "is not there", "Run `ingestio migrate`, or start the services: they make it."
            )
        consumers.append(found.consumer_count or 0)
        waiting += found.message_count or 0
        await channel.close()
    said = f"{waiting} events wait, {min(consumers)} readers"
    if running and not min(consumers):
        return problem(f"queue {service}", said, f"Look at the log of {service}: start it anew if it says nothing.")
    return good(f"queue {service}", said)
