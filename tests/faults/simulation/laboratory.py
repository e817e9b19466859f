"""The laboratory, started once for all seeds that run in one process of the tests."""

import asyncio
import os
from collections.abc import Iterator

import pytest
import structlog

from tests.faults.record import chosen_seed
from tests.faults.simulation.run_seed import Laboratory
from tests.faults.simulation.server import running_server
from tests.faults.simulation.stand_ins import silence


@pytest.fixture(scope="session")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    """Silent, unless one seed is replayed to be looked at."""
    folder = tmp_path_factory.mktemp("simulation")
    _stay_on_one_core()
    running = running_server(folder / "server")
    if chosen_seed() is None:
        silence()
    with asyncio.Runner() as runner:
        laboratory = Laboratory(runner.run(running.__aenter__()), folder)
        yield laboratory
        laboratory.close()
        runner.run(running.__aexit__(None, None, None))
    structlog.reset_defaults()


def _stay_on_one_core() -> None:
    """This process and the server that it starts: they take turns, and to wake each other on another core takes a fifth longer."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        lane = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
        os.sched_setaffinity(0, {cores[lane % len(cores)]})
