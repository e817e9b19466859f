"""The local stack: PostgreSQL, RabbitMQ and S3 on this machine, without Docker, all state in one folder."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ingestio.stack import bucket_rights
from ingestio.stack.bucket_rights import secret_of
from ingestio.stack.errors import StackError
from ingestio.stack.given import Given, given_urls
from ingestio.stack.home import Home, default_home
from ingestio.stack.leftovers import end_leftovers
from ingestio.stack.parts import Parts

__all__ = ["Stack", "StackError", "Urls", "default_home"]


@dataclass(frozen=True)
class Urls:
    """Where the stores are; the URLs carry administrators and their passwords.

    Of a given RabbitMQ the management URL is unknown: then its user is everybody's, as the key of a given S3 is.
    """

    postgres: str
    rabbitmq: str
    s3: str
    rabbitmq_management: str | None = None
    s3_is_ours: bool = False

    def s3_of(self, service: str) -> str:
        """For one service, under its own identity where there is one."""
        if not self.s3_is_ours:
            return self.s3
        return bucket_rights.url_of(service, self.s3, secret_of(service, urlsplit(self.s3).password or ""))

    def broker_password(self, service: str) -> str | None:
        """Of the service's own user; None where there are no such users."""
        if self.rabbitmq_management is None:
            return None
        return secret_of(service, urlsplit(self.rabbitmq).password or "")


def _silent(_line: str) -> None:
    """Say nothing."""


class Stack:
    """The three stores, started together and stopped together.

    A store named by INGESTIO_POSTGRES_URL, INGESTIO_RABBITMQ_URL or INGESTIO_S3_URL is used and never started.
    """

    def __init__(self, home: Path, *, say: Callable[[str], None] = _silent) -> None:
        self._home = Home(home)
        self._say = say
        self._parts: Parts | None = None

    async def start(self) -> Urls:
        """Start what is not given, all at once, and return when everything answers. Raises StackError."""
        async with self._starting() as (parts, given):
            async with asyncio.TaskGroup() as group:
                postgres = group.create_task(parts.postgres())
                broker = group.create_task(parts.rabbitmq())
                s3 = group.create_task(parts.s3())
            amqp, management = broker.result()
            return Urls(
                postgres=postgres.result(),
                rabbitmq=amqp,
                rabbitmq_management=management,
                s3=s3.result(),
                s3_is_ours=not given.s3,
            )

    @asynccontextmanager
    async def without_broker(self) -> AsyncIterator[tuple[str, str]]:
        """The URLs of PostgreSQL and S3, which run meanwhile, while RabbitMQ does not. Raises StackError."""
        async with self._starting() as (parts, _), asyncio.TaskGroup() as group:
            postgres = group.create_task(parts.postgres())
            s3 = group.create_task(parts.s3())
        try:
            yield postgres.result(), s3.result()
        finally:
            await self.stop()

    async def stop(self) -> None:
        """Stop what was started. Data stays."""
        if self._parts is not None:
            await self._parts.stop()
        self._parts = None
        self._home.release()

    async def __aenter__(self) -> Urls:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @asynccontextmanager
    async def _starting(self) -> AsyncIterator[tuple[Parts, Given]]:
        given = given_urls(os.environ)
        self._home.claim()
        try:
            ended = await end_leftovers(self._home.run)
            if ended:
                self._say(f"Ended {ended} processes that an earlier run had left behind.")
            self._parts = Parts(self._home, given, self._say)
            yield self._parts, given
        except ExceptionGroup as problems:
            await self.stop()
            raise problems.exceptions[0] from problems
        except BaseException:
            await self.stop()
            raise
