"""`make test-faults`: runs the fault cases and ends in a table: case, seed, faults injected, verdict, figure."""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.faults.ledger import LINES

HERE = Path(__file__).parent

# The simulation shares the cores; the real stack wants the machine to itself.
PARTS = (("simulation", ("-n", "2")), ("mutants", ("-n", "2")), ("abuse", ()), ("stack", ()))


def main(arguments: Sequence[str]) -> int:
    """Run what is asked for; returns 0 when every case held."""
    asked = _parser().parse_args(arguments)
    environ = os.environ | {"PYTHONHASHSEED": "0", "INGESTIO_FAULTS_FULL": str(int(asked.full))}
    if asked.seed is not None:
        environ["INGESTIO_FAULTS_SEED"] = str(asked.seed)
    with TemporaryDirectory(prefix="ingestio-faults-") as folder:
        lines = Path(folder, "lines")
        lines.touch()
        codes = [_run(part, options, environ | {LINES: str(lines)}) for part, options in _chosen(asked)]
        cases = [json.loads(line) for line in lines.read_text().splitlines()]
    Console(width=160).print(_table(cases))
    failed = sum(case["verdict"] != "ok" for case in cases)
    print(f"{len(cases)} cases, {failed} failed")  # noqa: T201  # it speaks to a terminal
    return int(bool(failed or any(codes) or not cases))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make test-faults", description=__doc__)
    parser.add_argument("--full", action="store_true", help="all cases, up to 45 minutes")
    parser.add_argument("--seed", type=int, help="replay this one seed of the simulation")
    parser.add_argument("--part", choices=[name for name, _ in PARTS], help="only this part")
    return parser


def _chosen(asked: argparse.Namespace) -> list[tuple[str, tuple[str, ...]]]:
    part = asked.part or ("simulation" if asked.seed is not None else None)
    options = ("-n", "0") if asked.seed is not None else ()
    return [(name, (*given, *options)) for name, given in PARTS if part in {None, name}]


def _run(part: str, options: Sequence[str], environ: dict[str, str]) -> int:
    """pytest's verdict; a part without tests holds nothing against us."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--no-header",
        "-p",
        "no:cacheprovider",
        *options,
        str(HERE / part),
    ]
    code = subprocess.run(command, env=environ, check=False).returncode
    return 0 if code == 5 else code


def _table(cases: Sequence[dict[str, Any]]) -> Table:
    table = Table("case", "seed", "faults injected", "verdict", "figure")
    for case in cases:
        faults = ", ".join(f"{times} {fault}" for fault, times in case["faults"].items())
        table.add_row(
            case["id"], "" if case["seed"] is None else str(case["seed"]), faults, case["verdict"], case["figure"]
        )
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
