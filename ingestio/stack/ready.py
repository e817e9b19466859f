"""Waiting until a part is ready, judged by speaking its own protocol with its real password."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import aiormq
import asyncpg
import httpx2
from aiormq.exceptions import AMQPError, ProbableAuthenticationError

from ingestio.stack.errors import StackError

POLL_SECONDS = 0.05
ANSWER_SECONDS = 5
DEFAULT_PORTS = {"amqp": 5672, "amqps": 5671}


class NotYet(Exception):
    """The part does not answer yet; asking again may help."""


async def wait_ready(
    answers: Callable[[], Awaitable[None]], *, what: str, within: float, check: Callable[[], None] | None = None
) -> None:
    """Ask until it answers. Raises StackError after `within` seconds, or when `check` finds it useless to wait."""
    deadline = time.monotonic() + within
    while True:
        if check is not None:
            check()
        try:
            await answers()
        except NotYet as reason:
            if time.monotonic() > deadline:
                raise StackError(f"{what} did not answer within {within:.0f} s ({reason}).") from reason
            await asyncio.sleep(POLL_SECONDS)
        else:
            return


async def postgres_answers(url: str) -> None:
    """Raises NotYet while it starts, StackError when it refuses us."""
    try:
        connection = await asyncpg.connect(url, timeout=ANSWER_SECONDS)
    except (OSError, asyncpg.CannotConnectNowError) as problem:
        raise NotYet(str(problem)) from problem
    except asyncpg.PostgresError as problem:
        raise StackError(f"PostgreSQL refused us: {problem}") from problem
    try:
        await connection.fetchval("SELECT 1")
    finally:
        await connection.close()


async def rabbitmq_answers(url: str) -> None:
    """Raises as `postgres_answers`."""
    await _listens(url)  # the client logs an error for every attempt
    try:
        connection = await asyncio.wait_for(aiormq.connect(url), ANSWER_SECONDS)
    except ProbableAuthenticationError as problem:
        raise StackError("RabbitMQ refused the user name or password.") from problem
    except (OSError, AMQPError) as problem:
        raise NotYet(str(problem)) from problem
    await connection.close()


async def _listens(url: str) -> None:
    parts = urlsplit(url)
    try:
        _, writer = await asyncio.open_connection(parts.hostname, parts.port or DEFAULT_PORTS[parts.scheme])
    except OSError as problem:
        raise NotYet(str(problem)) from problem
    writer.close()
    await writer.wait_closed()


async def management_answers(url: str) -> None:
    async with httpx2.AsyncClient(timeout=ANSWER_SECONDS, trust_env=False) as client:
        try:
            answer = await client.get(f"{url}/api/whoami")
        except httpx2.HTTPError as problem:
            raise NotYet(str(problem)) from problem
    if answer.status_code != 200:
        raise NotYet(f"the management interface answers {answer.status_code}")
