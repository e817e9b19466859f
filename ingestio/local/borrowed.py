"""A system for the time of one command: the one that runs in the folder, or one started for it and stopped after."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2

from ingestio.checkout import ROOT
from ingestio.client import Client, TroubleError
from ingestio.home import Home

_READY_WITHIN = 600.0  # the first start may install RabbitMQ
_STOPPED_WITHIN = 60.0


@contextmanager
def borrowed_system(home: Home) -> Iterator[Client]:
    """A client of a ready system. Raises TroubleError when none can be started."""
    if client := _running(home):
        with client:
            yield client
        return
    started = subprocess.Popen(  # noqa: S603  # our own interpreter and our own module
        [sys.executable, "-m", "ingestio", "up", "--quiet", "--port", "0", "--home", str(home.path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        # A session of its own: Ctrl-C reaches this command only, which then stops the system in order.
        start_new_session=True,
    )
    try:
        with _wait_for(home, started) as client:
            yield client
    finally:
        _stop(started)


def _wait_for(home: Home, started: "subprocess.Popen[bytes]") -> Client:
    deadline = time.monotonic() + _READY_WITHIN
    while time.monotonic() < deadline:
        if (code := started.poll()) is not None:
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            raise TroubleError(f"The system could not be started ({how}); see above, and the logs in {home.logs}.")
        if client := _running(home):
            return client
        time.sleep(0.1)
    raise TroubleError(f"The system was not ready in time. See the logs in {home.logs}.")


def _running(home: Home) -> Client | None:
    address, token = home.address(), home.known_token()
    if not address or not token:
        return None
    try:
        healthy = httpx2.get(f"{address}/healthz", timeout=2, trust_env=False).status_code == 200
    except httpx2.TransportError:
        return None  # the address was left behind by a system that was killed
    return Client(address, token) if healthy else None


def _stop(started: "subprocess.Popen[bytes]") -> None:
    started.send_signal(signal.SIGTERM)
    try:
        started.wait(_STOPPED_WITHIN)
    except subprocess.TimeoutExpired:
        started.kill()
        started.wait()
