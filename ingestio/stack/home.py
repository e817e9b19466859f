"""The data folder of a local stack: everything it keeps, and the lock that makes one process its owner."""

import fcntl
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from ingestio.stack.errors import StackError


def default_home() -> Path:
    """`INGESTIO_HOME`, else `.ingestio` under the current directory."""
    return Path(os.environ.get("INGESTIO_HOME") or ".ingestio")


@dataclass
class Home:
    """Folders below `root`; `claim` and `release` hold the lock, which the kernel drops if we die."""

    root: Path
    _lock: IO[str] | None = field(default=None, repr=False)

    def folder(self, *names: str) -> Path:
        path = self.root.joinpath(*names)
        path.mkdir(parents=True, exist_ok=True)
        return path

    @property
    def logs(self) -> Path:
        return self.folder("logs")

    @property
    def run(self) -> Path:
        return self.folder("run")

    def claim(self) -> None:
        """Make this process the owner. Raises StackError naming the process that already is."""
        self.root.mkdir(parents=True, exist_ok=True)
        # Others may pass through, not look: PostgreSQL runs as an account of its own when we are root.
        self.root.chmod(0o711)
        lock = (self.root / "lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            lock.seek(0)
            owner = lock.read().strip() or "unknown"
            lock.close()
            raise StackError(
                f"The local stack in {self.root} is already running (process {owner}). "
                "Stop that process first, or choose another folder with INGESTIO_HOME."
            ) from taken
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        self._lock = lock

    def release(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None
