"""`make test-faults`: runs the fault cases and ends in a table: case, seed, faults injected, verdict, figure.

Cases on the real stack mostly wait, so two worlds run side by side. Seeds of the simulation, mutants and broken files run beside
them, all in one run of two processes, and take only what they leave of the cores.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, time
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.faults.ledger import LINES
from tests.faults.record import slowness

HERE = Path(__file__).parent
SECONDS = {"quick": 100, "full": 2700}
LIMIT = {"quick": 600, "full": 2700}
LEFT = {"quick": 180, "full": 150}  # for what comes when the last seed has run: mutants, broken files


@dataclass(frozen=True)
class Part:
    """A folder or file of cases; `options` are pytest's. The polite ones run on what the others leave of the cores."""

    name: str
    tests: str
    options: tuple[str, ...] = ()
    polite: bool = False
    alone: bool = False  # only where it is asked for by name


_TWO_LANES = ("-n", "2", "--dist", "loadgroup", "--no-loadscope-reorder")
PARTS = (
    Part("simulation", "simulation/test_seeds.py", _TWO_LANES, polite=True),
    Part("mutants", "simulation/mutants", _TWO_LANES, polite=True),
    Part("abuse", "abuse", _TWO_LANES, polite=True),
    Part("stack", "stack", ("-n", "2", "--dist", "worksteal")),
    Part("requests", "../abuse/test_odd_requests.py", alone=True),
    Part("soak", "stack/test_soak.py", ("-k", "soak"), alone=True),
)
_NO_TESTS = 5


def main(arguments: Sequence[str]) -> int:
    """Run what is asked for; returns 0 when every case held."""
    asked, began = _parser().parse_args(arguments), monotonic()
    with TemporaryDirectory(prefix="ingestio-faults-") as folder:
        lines = Path(folder, "lines")
        lines.touch()
        codes = _run_all(asked, _environ(asked) | {LINES: str(lines)}, Path(folder))
        cases = [json.loads(line) for line in lines.read_text().splitlines()]
    Console(width=160).print(_table(cases))
    failed = sum(case["verdict"] != "ok" for case in cases)
    took, limit = monotonic() - began, LIMIT["full" if asked.full else "quick"]
    print(  # noqa: T201  # it speaks to a terminal
        f"{len(cases)} cases, {failed} failed, {took / 60:.1f} minutes of {limit / 60:.0f};"
        f" limits of time stretched by {slowness():g}"
    )
    if (wanted := sum(case["wanted"] for case in cases)) > (ran := sum(case["ran"] for case in cases)):
        print(f"ONLY {ran:,} of {wanted:,} seeds of the simulation ran: the time was up")  # noqa: T201  # as above
    if asked.without:
        print(f"left out: {', '.join(asked.without)}")  # noqa: T201  # as above
    silent = not cases and asked.part != ["requests"]  # whose answers pytest judges alone
    return int(bool(failed or any(codes) or silent))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make test-faults", description=__doc__)
    parser.add_argument("--full", action="store_true", help="all cases, up to 45 minutes")
    parser.add_argument("--seed", type=int, help="replay this one seed of the simulation")
    parser.add_argument(
        "--seconds", type=float, help="how long seeds are run; else 100, with --full while there is time"
    )
    parser.add_argument("--minutes", type=float, default=3, help="how long the soak lasts")
    parser.add_argument("--part", action="append", choices=[part.name for part in PARTS], help="only this part")
    parser.add_argument("--without", action="append", default=[], metavar="CASE", help="leave out a case, like R32")
    return parser


def _environ(asked: argparse.Namespace) -> dict[str, str]:
    tier = "full" if asked.full else "quick"
    environ = os.environ | {
        "PYTHONHASHSEED": "0",
        "INGESTIO_FAULTS_FULL": str(int(asked.full)),
        "INGESTIO_FAULTS_SECONDS": str(asked.seconds or SECONDS[tier]),
        "INGESTIO_FAULTS_UNTIL": str(inf if asked.seconds else time() + LIMIT[tier] - LEFT[tier]),
        "INGESTIO_FAULTS_MINUTES": str(asked.minutes),
        "INGESTIO_FAULTS_WITHOUT": ",".join(asked.without),
    }
    return environ | ({} if asked.seed is None else {"INGESTIO_FAULTS_SEED": str(asked.seed)})


def _run_all(asked: argparse.Namespace, environ: Mapping[str, str], folder: Path) -> list[int]:
    """The polite parts beside the rest, their output at the end."""
    chosen, output = _chosen(asked), folder / "output"
    polite, others = [part for part in chosen if part.polite], [part for part in chosen if not part.polite]
    if not others:
        return [_wait(subprocess.Popen(_command(polite, asked, folder), env=environ))]
    with output.open("wb") as out:
        command = ["nice", "-n", "19", *_command(polite, asked, folder)] if polite else ["true"]
        beside = subprocess.Popen(command, env=environ, stdout=out, stderr=out)
        _let_others_go_first(beside.pid)
        codes = [_wait(subprocess.Popen(_command([part], asked, folder), env=environ)) for part in others]
        codes.append(_wait(beside))
    print(output.read_text())  # noqa: T201  # it speaks to a terminal
    return codes


def _let_others_go_first(pid: int) -> None:
    """Only what nobody else wants, for it and all that it starts; where there is no such thing, being nice has to do."""
    if hasattr(os, "SCHED_IDLE"):
        with suppress(OSError):  # it is over already, or may not
            os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0))


def _chosen(asked: argparse.Namespace) -> list[Part]:
    names = asked.part or (["simulation"] if asked.seed is not None else None)
    return [part for part in PARTS if (part.name in names if names else not part.alone)]


def _command(parts: Sequence[Part], asked: argparse.Namespace, folder: Path) -> list[str]:
    """One run for parts that share their options: what they need is started once in each process.

    With files of its own: pytest clears away those of runs that it takes for old, also while they are running.
    """
    options = parts[0].options if asked.seed is None else ("-n", "0")
    plain = ("-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider", f"--basetemp={folder / parts[0].name}")
    return [sys.executable, *plain, *options, *(str(HERE / part.tests) for part in parts)]


def _wait(running: "subprocess.Popen[bytes]") -> int:
    """pytest's verdict; a part without tests holds nothing against us."""
    code = running.wait()
    return 0 if code == _NO_TESTS else code


def _table(cases: Sequence[dict[str, Any]]) -> Table:
    table = Table("case", "seed", "faults injected", "verdict", "figure")
    for case in sorted(cases, key=lambda case: str(case["id"])):
        faults = ", ".join(f"{times} {fault}" for fault, times in case["faults"].items())
        table.add_row(
            case["id"], "" if case["seed"] is None else str(case["seed"]), faults, case["verdict"], case["figure"]
        )
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
