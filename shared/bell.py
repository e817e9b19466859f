"""Wakes what waits for new rows: at once in this process, by one coalesced NOTIFY in its other replicas.

NOTIFY inside writing transactions takes a global lock at commit, so it is sent outside of them, at most 20 a second;
a poll once a second (see pulse.py) catches what is lost with a connection.
"""

import asyncio
import contextlib
from typing import Any

import asyncpg
import structlog

log = structlog.get_logger()

_CHANNEL = "ingestio"
_COALESCE_SECONDS = 0.05


class Bell:
    """Rings `outbox` and `jobs`: events that the relay and the worker wait for."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.outbox = asyncio.Event()
        self.jobs = asyncio.Event()
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Call after a commit that wrote outbox rows or jobs."""
        self.wake()
        self._rung.set()

    def wake(self) -> None:
        """Wake this process only."""
        self.outbox.set()
        self.jobs.set()

    async def run(self) -> None:
        """Tell and hear other replicas until cancelled; survives the loss of the database."""
        while True:
            try:
                connection = await asyncpg.connect(self._url, timeout=5)
            except (OSError, asyncpg.PostgresError, TimeoutError) as error:
                log.warning("bell_not_connected", error=type(error).__name__)
                await asyncio.sleep(1)
                continue
            with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await self._listen_and_tell(connection)
            connection.terminate()

    async def _listen_and_tell(self, connection: Any) -> None:
        own = connection.get_server_pid()

        def heard(_connection: Any, pid: int, _channel: str, _payload: str) -> None:
            if pid != own:
                self.wake()

        await connection.add_listener(_CHANNEL, heard)
        connection.add_termination_listener(lambda _connection: self._rung.set())
        self.wake()
        while not connection.is_closed():
            await self._rung.wait()
            self._rung.clear()
            await connection.execute(f"NOTIFY {_CHANNEL}")
            await asyncio.sleep(_COALESCE_SECONDS)
