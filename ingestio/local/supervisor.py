"""Keeps processes running: starts them, starts them again with growing pauses when they die, stops them."""

import asyncio
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

log = structlog.get_logger()

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 5.0  # with what a start takes on a busy machine still within the 15 seconds that are promised
_STEADY_AFTER = 10.0  # seconds of life after which the next death is a first one again
_DRAIN_SECONDS = 25.0


@dataclass(frozen=True)
class Command:
    """One process: what to run, with which environment, and where its output goes."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    log_file: Path


def pause_after(deaths: int) -> float:
    """Seconds to wait before the next start, after this many deaths in a row."""
    return float(min(FIRST_PAUSE * 2 ** (deaths - 1), LONGEST_PAUSE))


class Supervisor:
    """Runs commands by name. `changed` hears the pids of all that run, after every start and death."""

    def __init__(self, commands: Mapping[str, Command], *, changed: Callable[[Mapping[str, int]], None]) -> None:
        self._commands = commands
        self._changed = changed
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._keepers: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start every command. It is started again whenever it ends, until `stop`."""
        for name, command in self._commands.items():
            await self._launch(name, command)
            self._keepers.append(asyncio.create_task(self._keep(name, command), name=f"keep:{name}"))

    async def stop(self) -> None:
        """Ask all to end, wait for them to drain, end those that do not."""
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        await asyncio.gather(*(_end(process) for process in self._running.values()))
        self._running.clear()
        self._changed({})

    async def _keep(self, name: str, command: Command) -> None:
        deaths = 0
        while True:
            began = time.monotonic()
            code = await self._running[name].wait()
            asked_to = code == 0
            deaths = 1 if asked_to or time.monotonic() - began > _STEADY_AFTER else deaths + 1
            pause = pause_after(deaths)
            log.warning("process_ended", name=name, code=code, deaths=deaths, again_in=pause)
            del self._running[name]
            self._tell()
            await asyncio.sleep(pause)
            await self._launch(name, command)

    async def _launch(self, name: str, command: Command) -> None:
        with command.log_file.open("ab") as output:
            # A session of its own: Ctrl-C in the terminal reaches the supervisor only, which stops all in order.
            self._running[name] = await asyncio.create_subprocess_exec(
                *command.arguments,
                env=command.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._tell()

    def _tell(self) -> None:
        self._changed({name: process.pid for name, process in self._running.items()})


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(_DRAIN_SECONDS):
            await process.wait()
    except TimeoutError:
        log.warning("process_killed", pid=process.pid)
        process.kill()
        await process.wait()
