"""Whole systems, as a user starts them: `ingestio up` in a folder of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import httpx2
import pytest
from xdist.scheduler import LoadFileScheduling

from ingestio.answers import Batch, Submitted
from ingestio.client import Client, TroubleError
from ingestio.home import Home

T = TypeVar("T")

READY_WITHIN = 180  # seconds
DONE_WITHIN = 240
SHARING = ("test_docs.py", "test_evaluation.py", "test_installation.py", "test_steering_a_system.py", "test_the_api.py")
ENDED = {"completed", "partially_completed", "failed", "cancelled"}


@dataclass(frozen=True)
class System:
    """A running system: its folder, its API as the command line uses it, and the process that runs it."""

    home: Home
    client: Client
    process: "subprocess.Popen[bytes]"

    def http(self, token: str | None = None) -> httpx2.Client:
        """Plain HTTP, under the local tenant's token unless told otherwise."""
        headers = {"authorization": f"Bearer {token or self.home.token()}"}
        return httpx2.Client(base_url=self.client.url, headers=headers, timeout=60, trust_env=False)

    def submit(self, *files: Path, **fields: object) -> Submitted:
        return self.client.submit(files, fields=fields)

    def finished(self, batch_id: UUID) -> Batch:
        """The batch, once it has come to its end."""

        def ended() -> Batch | None:
            try:
                batch = self.client.batch(batch_id)
            except TroubleError:  # a killed service takes its time to come back on a busy machine
                return None
            return batch if batch.status in ENDED else None

        return wait_for(ended, within=DONE_WITHIN)


class Scheduling(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    """A file at a time, and those that share one running system all to the same worker."""

    def _split_scope(self, nodeid: str) -> str:
        file = str(super()._split_scope(nodeid))
        return "one system" if file.startswith("tests/e2e/") and file.endswith(SHARING) else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadFileScheduling | None:
    return Scheduling(config, log) if config.getvalue("dist") == "loadfile" else None


def wait_for(look: Callable[[], T | None], *, within: float) -> T:
    """Look again and again until there is something."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if (found := look()) is not None:
            return found
        time.sleep(0.1)
    raise TimeoutError(f"not within {within} seconds")


@contextmanager
def running(home: Path, *options: str, **environment: str) -> Iterator[System]:
    """`ingestio up` until the block ends; it must stop cleanly."""
    process = subprocess.Popen(
        [sys.executable, "-m", "ingestio", "up", "--port", "0", "--home", str(home), *options],
        env=os.environ | environment,
        start_new_session=True,
    )
    try:
        client = wait_for(lambda: _ready(Home(home), process), within=READY_WITHIN)
        with client:
            yield System(Home(home), client, process)
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(60)
    assert code == 0


def _ready(home: Home, process: "subprocess.Popen[bytes]") -> Client | None:
    if process.poll() is not None:
        raise RuntimeError(f"`ingestio up` ended with {process.returncode}")
    address = home.address()
    return Client(address, home.token()) if address else None


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """All services in one process."""
    with running(tmp_path_factory.mktemp("one-process")) as system:
        yield system
