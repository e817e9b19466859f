"""A real clamd that knows one signature, the test string of EICAR, and can be stopped and started."""

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ingestio.local.ports import free_port

# In pieces, so that no scanner takes this file for what it tests.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS" + b"-TEST-FILE!$H+H*"


class Clamd:
    """One process on a TCP port and on a socket."""

    def __init__(self, folder: Path) -> None:
        self.tcp = f"tcp://127.0.0.1:{free_port()}"
        self.socket = f"unix://{folder / 'clamd.sock'}"
        self._config = folder / "clamd.conf"
        (folder / "eicar.ndb").write_text(f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n")
        self._config.write_text(
            f"DatabaseDirectory {folder}\nTCPSocket {self.tcp.rpartition(':')[2]}\nTCPAddr 127.0.0.1\n"
            f"LocalSocket {folder / 'clamd.sock'}\nForeground yes\nStreamMaxLength 1M\nMaxThreads 2\n"
        )
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Return when it answers."""
        command = shutil.which("clamd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
        if command is None:
            pytest.fail("clamd is missing. Install it: make clamd")
        self._process = await asyncio.create_subprocess_exec(
            command, f"--config-file={self._config}", stdout=asyncio.subprocess.DEVNULL
        )
        async with asyncio.timeout(60):
            while not await self._answers():
                await asyncio.sleep(0.1)

    async def stop(self) -> None:
        if self._process and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    async def _answers(self) -> bool:
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", int(self.tcp.rpartition(":")[2]))
            writer.write(b"zPING\0")
            answer = await reader.read(5)
            writer.close()
            return answer == b"PONG\0"
        return False


@asynccontextmanager
async def a_clamd(folder: Path) -> AsyncIterator[Clamd]:
    clamd = Clamd(folder)
    await clamd.start()
    try:
        yield clamd
    finally:
        await clamd.stop()
