"""Writes down how every fault case ended, one JSON line each, as the tests end; run.py makes the table of it."""

import json
import os
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.faults.record import PROPERTY

LINES = "INGESTIO_FAULTS_LINES"
"""The environment variable that names the file."""


class Ledger:
    """A plugin of pytest. A test without a case that fails is written down under its own name."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._failed: defaultdict[str, str] = defaultdict(str)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed[report.nodeid] = report.longreprtext.strip().rsplit("\n", 1)[-1]
        if report.when == "teardown":
            self._write(report)

    def _write(self, report: pytest.TestReport) -> None:
        problem = self._failed[report.nodeid]
        cases: list[dict[str, Any]] = [dict(value) for name, value in report.user_properties if name == PROPERTY]  # type: ignore[call-overload]  # ours are dicts
        if problem and not cases:
            cases = [{"id": report.nodeid, "seed": None, "faults": {}, "figure": problem, "ran": 0, "wanted": 0}]
        verdict = "FAILED" if problem else "ok"
        with self._path.open("a") as lines:
            for case in cases:
                line = {**case, "figure": case["figure"] or problem, "test": report.nodeid, "verdict": verdict}
                lines.write(json.dumps(line) + "\n")


def register(config: Any) -> None:
    """Only where the runner asks for it, and in a parallel run only where the reports come together."""
    if (path := os.environ.get(LINES)) and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Ledger(Path(path)), "fault-ledger")
