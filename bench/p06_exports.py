"""P6: a million rows of twelve columns: our workbook beside openpyxl's own writer, our CSV beside PostgreSQL's COPY."""

import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path

from bench.options import Options
from bench.result import Result, limit, ratio
from ingestio.stack import Stack


async def measure(options: Options) -> list[Result]:
    rows = options.size or 1_000_000
    speeds: dict[str, list[float]] = {name: [] for name in ("xlsx", "openpyxl", "csv", "copy")}
    memory = []
    with tempfile.TemporaryDirectory(prefix="ingestio-bench-") as folder:
        await _write("spool", rows, Path(folder) / "file.spool", dict(os.environ))
        async with Stack(Path(folder) / "home") as urls:
            environment = {**os.environ, "PEER_DATABASE": urls.postgres}
            for _ in range(options.rounds):
                for way, speed in speeds.items():
                    told = await _write(way, rows, Path(folder) / f"file.{way}", environment)
                    speed.append(rows / told["seconds"])
                    memory += [told["memory"]] if way in {"xlsx", "csv"} else []
                options.say(", ".join(f"{way} {speed[-1]:,.0f} rows/s" for way, speed in speeds.items()))
    xlsx, openpyxl, csv, copy = speeds.values()
    return [
        ratio("P6", f"{rows:,} rows as XLSX, beside openpyxl", ours=xlsx, peer=openpyxl, unit="rows/s", goal=0.8),
        ratio("P6", f"{rows:,} rows as CSV, beside COPY TO", ours=csv, peer=copy, unit="rows/s", goal=0.5),
        limit("P6", f"{rows:,} rows: memory of the writer", values=memory, unit="MB", most=250),
    ]


async def _write(way: str, rows: int, target: Path, environment: dict[str, str]) -> dict[str, float]:
    """In a process of its own: seconds, and the most memory it had in MB."""
    writing = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.peers.export_writers", way, str(rows), str(target)),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await writing.communicate()
    await asyncio.to_thread(target.unlink, missing_ok=True)
    told: dict[str, float] = json.loads(said)
    return told
