"""The three parts of a stack: each is started, or found where the environment names it."""

import asyncio
from collections.abc import Callable

from ingestio.stack.given import Given, check_postgres, check_rabbitmq, check_s3
from ingestio.stack.home import Home
from ingestio.stack.passwords import remembered_passwords
from ingestio.stack.ports import release, remembered_ports
from ingestio.stack.postgres import start_postgres
from ingestio.stack.process import Child, Recipe, launch
from ingestio.stack.rabbitmq import PORTS as RABBITMQ_PORTS
from ingestio.stack.rabbitmq import start_rabbitmq
from ingestio.stack.seaweedfs import PORTS as SEAWEEDFS_PORTS
from ingestio.stack.seaweedfs import start_seaweedfs

PORTS = ("postgres", *RABBITMQ_PORTS, *SEAWEEDFS_PORTS)


class Parts:
    """What one start has begun. Each method returns a URL once the part answers, and raises StackError if it does not."""

    def __init__(self, home: Home, given: Given, say: Callable[[str], None]) -> None:
        self._home = home
        self._given = given
        self._say = say
        self._ports = remembered_ports(home.root / "ports.json", PORTS)
        self._passwords = remembered_passwords(home.root / "passwords.json")
        self._started: list[list[Child]] = []

    async def postgres(self) -> str:
        if self._given.postgres:
            return await check_postgres(self._given.postgres)
        return await start_postgres(home=self._home, ports=self._ports, passwords=self._passwords, run=self._runner())

    async def rabbitmq(self) -> tuple[str, str | None]:
        """And the URL of its management, which is unknown of a given one."""
        if self._given.rabbitmq:
            return await check_rabbitmq(self._given.rabbitmq)
        return await start_rabbitmq(
            home=self._home, ports=self._ports, passwords=self._passwords, run=self._runner(), say=self._say
        )

    async def s3(self) -> str:
        if self._given.s3:
            return await check_s3(self._given.s3)
        return await start_seaweedfs(home=self._home, ports=self._ports, passwords=self._passwords, run=self._runner())

    async def stop(self) -> None:
        """The parts side by side, the processes of a part in reverse."""
        await asyncio.gather(*(_stop(part) for part in self._started))
        release(self._ports.values())

    def _runner(self) -> Callable[[Recipe], Child]:
        """What starts the processes of one part and remembers them, so that a start that fails can still stop them."""
        part: list[Child] = []
        self._started.append(part)

        def run(recipe: Recipe) -> Child:
            part.append(launch(recipe, home=self._home))
            return part[-1]

        return run


async def _stop(part: list[Child]) -> None:
    for child in reversed(part):
        await child.stop()
