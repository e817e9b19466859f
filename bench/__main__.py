"""`make bench`: every measurement beside its peer, as a table: `python -m bench [--only P1] [--rounds 5]`."""

import argparse
import sys
from importlib import import_module
from pathlib import Path

import uvloop

from bench.options import Options
from bench.report import save
from bench.result import Result

MEASUREMENTS = {
    "P1": "p01_chain",
    "P2": "p02_waits",
    "P3": "p03_idle_latency",
    "P4": "p04_backlog",
    "P5": "p05_uploads",
    "P6": "p06_exports",
    "P7": "p07_pdfs",
    "P8": "p08_ocr",
    "P9": "p09_live_streams",
    "P10": "p10_lists",
    "P11": "p11_neighbours",
    "P12": "p12_idle",
    "P13": "p13_scale_out",
    "soak": "soak",
}


async def measure(ids: list[str], options: Options, *, file: Path) -> list[Result]:
    """One after the other; what one found is in the file before the next begins."""
    results = []
    for id_ in ids:
        options.say(f"{id_}: {MEASUREMENTS[id_]}")
        found = await import_module(f"bench.{MEASUREMENTS[id_]}").measure(options)
        save(found, file)
        results += found
    return results


def show(result: Result) -> str:
    low, high = result.spread
    beside = f" beside {result.peer:,.1f}" if result.peer is not None else ""
    verdict = "met" if result.met else "MISSED"
    return (
        f"{result.id:4} {result.what}: {result.ours:,.1f}{beside} {result.unit}; {result.compared:.2f}"
        f" ({low:.2f} to {high:.2f}, {result.rounds} rounds), goal {result.goal:g}: {verdict}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", choices=MEASUREMENTS, help="May be given more than once.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--size", type=int, help="In place of what the goal names.")
    parser.add_argument("--alone", action="store_true", help="Without the peers, for profiling.")
    parser.add_argument("--data", type=Path, help="A folder of files, for P7 and P8; the samples unless given.")
    parser.add_argument("--file", type=Path, default=Path("out/bench.json"), help="Where results are kept.")
    given = parser.parse_args()
    options = Options(rounds=given.rounds, size=given.size, alone=given.alone, data=given.data)
    results = uvloop.run(measure(given.only or list(MEASUREMENTS), options, file=given.file))
    sys.stdout.write("\n".join(map(show, results)) + "\n")
    return int(not all(result.met for result in results))


if __name__ == "__main__":
    sys.exit(main())
