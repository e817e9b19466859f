"""The local stack: PostgreSQL, RabbitMQ and S3 on this machine, without Docker, all state in one folder."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ingestio.stack import bucket_rights
from ingestio.stack.bucket_rights import secret_of
from ingestio.stack.errors import StackError
from ingestio.stack.given import Given, check_postgres, check_rabbitmq, check_s3, given_urls
from ingestio.stack.home import Home, default_home
from ingestio.stack.leftovers import end_leftovers
from ingestio.stack.passwords import remembered_passwords
from ingestio.stack.ports import remembered_ports
from ingestio.stack.postgres import start_postgres
from ingestio.stack.process import Child, Recipe, launch
from ingestio.stack.rabbitmq import PORTS as RABBITMQ_PORTS
from ingestio.stack.rabbitmq import start_rabbitmq
from ingestio.stack.seaweedfs import PORTS as SEAWEEDFS_PORTS
from ingestio.stack.seaweedfs import start_seaweedfs

__all__ = ["Stack", "StackError", "Urls", "default_home"]

PORTS = ("postgres", *RABBITMQ_PORTS, *SEAWEEDFS_PORTS)


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
        self._parts: list[list[Child]] = []

    async def start(self) -> Urls:
        """Start what is not given, all at once, and return when everything answers. Raises StackError."""
        given = given_urls(os.environ)
        self._home.claim()
        try:
            ended = await end_leftovers(self._home.run)
            if ended:
                self._say(f"Ended {ended} processes that an earlier run had left behind.")
            return await self._start_parts(given)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop what was started: the parts side by side, the processes of a part in reverse. Data stays."""
        await asyncio.gather(*(_stop_part(part) for part in self._parts))
        self._parts.clear()
        self._home.release()

    async def __aenter__(self) -> Urls:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _start_parts(self, given: Given) -> Urls:
        ports = remembered_ports(self._home.root / "ports.json", PORTS)
        passwords = remembered_passwords(self._home.root / "passwords.json")
        try:
            async with asyncio.TaskGroup() as group:
                postgres = group.create_task(
                    check_postgres(given.postgres)
                    if given.postgres
                    else start_postgres(home=self._home, ports=ports, passwords=passwords, run=self._runner())
                )
                broker = group.create_task(
                    check_rabbitmq(given.rabbitmq)
                    if given.rabbitmq
                    else start_rabbitmq(
                        home=self._home, ports=ports, passwords=passwords, run=self._runner(), say=self._say
                    )
                )
                s3 = group.create_task(
                    check_s3(given.s3)
                    if given.s3
                    else start_seaweedfs(home=self._home, ports=ports, passwords=passwords, run=self._runner())
                )
        except ExceptionGroup as problems:
            raise problems.exceptions[0] from problems
        amqp, management = broker.result()
        return Urls(
            postgres=postgres.result(),
            rabbitmq=amqp,
            rabbitmq_management=management,
            s3=s3.result(),
            s3_is_ours=not given.s3,
        )

    def _runner(self) -> Callable[[Recipe], Child]:
        """What starts the processes of one part and remembers them, so that a start that fails can still stop them."""
        part: list[Child] = []
        self._parts.append(part)

        def run(recipe: Recipe) -> Child:
            part.append(launch(recipe, home=self._home))
            return part[-1]

        return run


async def _stop_part(part: list[Child]) -> None:
    for child in reversed(part):
        await child.stop()
