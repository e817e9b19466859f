"""A Docker engine to verify the deployment on: the machine's own, or a private one that is installed and started here."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

READY_WITHIN = 60.0


class VerifyError(Exception):
    """What keeps the deployment from being verified, or is wrong with it; for a person to read."""


@dataclass(frozen=True)
class Engine:
    """How to speak to an engine. `prefix` goes before commands that must see its published ports."""

    environment: dict[str, str] = field(default_factory=dict)
    prefix: tuple[str, ...] = ()

    def run(self, *command: str, quiet: bool = False, check: bool = True, **more: str) -> str:
        """What the command printed; with `quiet` its errors are kept and not shown. Raises VerifyError when it fails."""
        done = subprocess.run(  # noqa: S603 - commands of this package, never of anybody else
            command,
            env={**os.environ, **self.environment, **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if quiet else None,
            text=True,
            check=False,
        )
        if check and done.returncode:
            raise VerifyError(f"{' '.join(command[:6])} … ended with {done.returncode}. {done.stderr or ''}".strip())
        return done.stdout

    def inside(self, *command: str, environment: dict[str, str]) -> str:
        """As `run`, where the published ports are."""
        return replace(self, environment=self.environment | environment).run(*self.prefix, *command)

    def succeeds(self, *command: str) -> bool:
        """Whether the command ends well; nothing is printed."""
        devnull = subprocess.DEVNULL
        done = subprocess.run(  # noqa: S603 - as above
            command, env={**os.environ, **self.environment}, stdout=devnull, stderr=devnull, check=False
        )
        return done.returncode == 0


def own_engine() -> Engine | None:
    """The machine's engine, where one answers and has compose."""
    engine = Engine()
    answers = shutil.which("docker") and engine.succeeds("docker", "info")
    return engine if answers and engine.succeeds("docker", "compose", "version") else None


def install() -> None:
    """Debian's engine. Raises VerifyError where it is missing and may not be installed."""
    missing = [name for name in ("dockerd", "debootstrap", "iptables", "nsenter") if not shutil.which(name)]
    if not missing:
        return
    if os.geteuid() or not shutil.which("apt-get"):
        raise VerifyError(f"Missing: {', '.join(missing)}. Install Docker, or run this as root on Debian.")
    sys.stdout.write("Installing Docker from the distribution\n")
    apt = Engine({"DEBIAN_FRONTEND": "noninteractive"})
    apt.run("apt-get", "-qq", "update")
    apt.run("apt-get", "-qq", "install", "-y", "docker.io", "debootstrap", "iptables", "util-linux")


@contextmanager
def private_engine(folder: Path, *, isolated: bool) -> Iterator[Engine]:
    """An engine of our own, its data in `folder`; `isolated` in a network of its own with bridges, else in the host's.

    Building needs the outside, bridges may not be allowed in the host's network: so images are built on the one and run
    on the other.
    """
    folder.mkdir(parents=True, exist_ok=True)
    socket, log = folder / "docker.sock", folder / "dockerd.log"
    daemon = f"exec dockerd --data-root {folder}/data --exec-root {folder}/exec --host unix://{socket} --pidfile {folder}/pid"
    command = (
        ["unshare", "--net", "--mount", "sh", "-c", f"ip link set lo up; {daemon}"]
        if isolated
        else ["sh", "-c", f"{daemon} --bridge=none --iptables=false"]
    )
    with log.open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)  # noqa: S603 - as above
    prefix = ("nsenter", "--net", f"--target={process.pid}") if isolated else ()
    engine = Engine({"DOCKER_HOST": f"unix://{socket}", "DOCKER_CONFIG": f"{folder}/client"}, prefix)
    try:
        _await(engine, process, log)
        yield engine
    finally:
        process.terminate()
        process.wait(timeout=60)


def _await(engine: Engine, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY_WITHIN
    while not engine.succeeds("docker", "info"):
        if process.poll() is not None or time.monotonic() > until:
            last = log.read_text().splitlines()[-3:]
            raise VerifyError("The engine does not start: " + " / ".join(last))
        time.sleep(0.3)
