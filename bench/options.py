"""What a measurement is told: how many rounds, and how large."""

import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """`size` is what the issue names where it is None; `alone` leaves the peers out; `data` is a folder of files."""

    rounds: int = 5
    size: int | None = None
    alone: bool = False
    data: Path | None = None

    def say(self, line: str) -> None:
        sys.stderr.write(f"  {line}\n")
