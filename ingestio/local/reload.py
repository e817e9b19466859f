"""Starts services anew when their files change, for whoever works on them: `ingestio up --reload`."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from ingestio.home import Home
from shared.migrations import SERVICES

LOOK_EVERY_SECONDS = 0.5
_READ_AT_START = {".py", ".sql", ".json"}
_THE_CONSOLES_OWN = "web"  # built by Node, and large

Snapshot = Mapping[Path, int]


async def reload_on_change(
    home: Home, *, root: Path, say: Callable[[str], None], every: float = LOOK_EVERY_SECONDS
) -> None:
    """For ever: ask each service whose files changed to end; its supervisor starts it again. New tables need a new `up`."""
    seen = snapshot(root)
    while True:
        await asyncio.sleep(every)
        now = snapshot(root)
        changed = (path for path in now.keys() | seen.keys() if now.get(path) != seen.get(path))
        for name in sorted(touched_by(path.relative_to(root) for path in changed)):
            say(f"{name} starts anew")
            with suppress(KeyError, ProcessLookupError):  # it is starting anyway
                os.kill(home.processes()[name], signal.SIGTERM)
        seen = now


def snapshot(root: Path) -> Snapshot:
    """When each file that a service reads at its start was changed, in nanoseconds."""
    found = {}
    for file in _files(root / "services", root / "shared"):
        with suppress(FileNotFoundError):  # an editor replaces files
            found[file] = file.stat().st_mtime_ns
    return found


def _files(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        for place, inner, names in os.walk(folder):
            inner[:] = [name for name in inner if name != _THE_CONSOLES_OWN]
            yield from (Path(place, name) for name in names if Path(name).suffix in _READ_AT_START)


def touched_by(paths: Iterable[Path]) -> set[str]:
    """The services that read these files; all of them read `shared`."""
    names: set[str] = set()
    for path in paths:
        names |= set(SERVICES) if path.parts[0] == "shared" else {path.parts[1]}
    return names
