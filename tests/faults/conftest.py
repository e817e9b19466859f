"""What all fault cases share: how they report, and the laboratory of the simulation."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.faults import ledger
from tests.faults.record import record_case
from tests.faults.simulation.run_seed import Laboratory
from tests.faults.simulation.server import running_server

__all__ = ["record_case"]


def pytest_configure(config: pytest.Config) -> None:
    ledger.register(config)


@pytest.fixture(scope="session")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    """One server for all seeds that run in this process."""
    folder = tmp_path_factory.mktemp("simulation")
    running = running_server(folder / "server")
    with asyncio.Runner() as runner:
        server = runner.run(running.__aenter__())
        laboratory = Laboratory(server, folder)
        yield laboratory
        laboratory.close()
        runner.run(running.__aexit__(None, None, None))
