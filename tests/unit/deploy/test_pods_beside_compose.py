"""How the pods of a cluster are run beside the compose system: against an engine that only takes notes."""

import re
import shutil
from pathlib import Path

import pytest

from deploy.verify.engine import Engine, VerifyError
from deploy.verify.pods import check_pods
from tests.architecture.overlays import ROOT, SERVICES


class Notes(Engine):
    """Does nothing, and every container ends as it is told."""

    def __init__(self, *, code: str = "0") -> None:
        super().__init__()
        object.__setattr__(self, "commands", [])
        object.__setattr__(self, "code", code)

    commands: list[str]
    code: str

    def run(self, *command: str, quiet: bool = False, check: bool = True, **more: str) -> str:
        self.commands.append(" ".join(command))
        return self.code if "inspect" in command else ""

    def succeeds(self, *command: str) -> bool:
        self.commands.append(" ".join(command))
        return True

    def started(self, name: str) -> str:
        return next(one for one in self.commands if f"--name pod-{name} " in one)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "deploy/k8s", tmp_path / "deploy/k8s", ignore=shutil.ignore_patterns("secrets"))
    return tmp_path


def test_tables_come_first_and_then_every_service_and_the_door(checkout: Path):
    engine = Notes()
    names = check_pods(engine, checkout, network="inside")

    assert sorted(names) == sorted([*SERVICES, "console", "migrate-0-1-0"])
    first_run = next(one for one in engine.commands if one.startswith("docker run"))
    assert first_run.endswith("--rm ingestio/migrate")


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_gets_what_its_pod_would_get_and_no_more(checkout: Path, name: str):
    engine = Notes()
    check_pods(engine, checkout, network="inside")
    command = engine.started(name)

    assert "--read-only --user 10001:10001 --cap-drop ALL --security-opt no-new-privileges" in command
    assert f"secrets/{name}.env" in command
    assert "--env INGESTIO_INGEST_URL=http://ingest:8000" in command
    assert re.search(r"--memory \d+[mg] ", command)


def test_each_probe_is_asked(checkout: Path):
    engine = Notes()
    check_pods(engine, checkout, network="inside")
    asked = [one for one in engine.commands if one.startswith("docker exec pod-extractor")]

    assert [one.rpartition("/")[2] for one in asked] == ["healthz", "readyz"]


def test_a_pod_that_does_not_end_well_is_no_pass(checkout: Path):
    with pytest.raises(VerifyError, match="ended with 137"):
        check_pods(Notes(code="137"), checkout, network="inside")
