"""The compose file as it is: brought up, a batch sent through the door, restarted, taken down."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.verify.engine import Engine, VerifyError

DOOR = "127.0.0.1:18080"
_PROJECT = "ingestio-verify"
NETWORK = f"{_PROJECT}_inside"


@contextmanager
def running(engine: Engine, root: Path) -> Iterator[dict[str, str]]:
    """Everything up and healthy; yields what a client needs. Taken down with its volumes at the end."""
    secrets = dict(line.split("=", 1) for line in (root / ".env").read_text().splitlines() if line[:1].isalpha())
    client = {"INGESTIO_URL": f"http://{DOOR}", "INGESTIO_TOKEN": secrets["INGESTIO_TOKEN"]}
    compose = ("docker", "compose", "--project-directory", str(root), "--project-name", _PROJECT)
    try:
        engine.run(*compose, "up", "--no-build", "--wait", "--wait-timeout", "180", quiet=True, INGESTIO_DOOR=DOOR)
        yield client
    except VerifyError:
        sys.stdout.write(engine.run(*compose, "ps", "--all", check=False))
        sys.stdout.write(engine.run(*compose, "logs", "--tail", "15", check=False))
        raise
    finally:
        engine.run(*compose, "down", "--volumes", "--timeout", "25", quiet=True)


def send_samples(engine: Engine, root: Path, client: dict[str, str]) -> None:
    """The samples through the door by the command line, as a user would. Raises VerifyError unless all but the broken end well."""
    command = (sys.executable, "-m", "ingestio", "submit", str(root / "samples"), "--export", "xlsx", "--output")
    sys.stdout.write(engine.inside(*command, str(root / ".ingestio/verify/out"), environment=client))
    batches = json.loads(engine.inside(sys.executable, "-m", "ingestio", "list", "--json", environment=client))
    states = [(batch["status"], batch["completed"], batch["failed"]) for batch in batches]
    if states != [("partially_completed", 15, 1)]:
        raise VerifyError(f"One batch with 15 completed and 1 failed was expected, not {states}.")


def memory(engine: Engine) -> str:
    """What each container uses, as a table."""
    return engine.run("docker", "stats", "--no-stream", "--format", "table {{.Name}}\t{{.MemUsage}}")
