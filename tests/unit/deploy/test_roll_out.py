"""Rolling out, against a cluster that is played: what is asked of kubectl, in which order, and what is taken back."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.roll_out.checks import problems
from deploy.roll_out.cluster import Cluster, RollOutError
from deploy.roll_out.steps import ORDER, roll_back, roll_out
from deploy.verify.manifests import render

OVERLAYS = Path(__file__).parents[3] / "deploy/k8s/overlays"
URLS = ("INGESTIO_DATABASE_URL", "INGESTIO_API_DATABASE_URL", "INGESTIO_RABBITMQ_URL", "INGESTIO_S3_URL")


@cache
def filled_in(overlay: str) -> str:
    """An overlay in which everybody has said where their own things are, as JSON."""
    return (
        json.dumps(render(OVERLAYS / overlay)).replace("example.com", "acme.test").replace("203.0.113.", "198.51.100.")
    )


class Kubectl:
    """A cluster in which everything is well, until a test says otherwise."""

    def __init__(self, overlay: str) -> None:
        self.documents = json.loads(filled_in(overlay))
        self.done: list[str] = []
        self.failing = ""  # the first command that holds this fails
        self.minor = "34"
        self.secret_keys = set(URLS)
        self.revision = "3"
        self.job = "Complete"
        self.restarts = iter([0] * 100)
        self.backed_up_at = datetime.now(UTC) - timedelta(hours=3)
        self.ready_instances = 3

    def cluster(self) -> Cluster:
        return Cluster(self.documents, say=lambda _: None, run=self)

    def __call__(self, arguments: Sequence[str], given: str) -> tuple[int, str, str]:
        command = " ".join(arguments[2:])
        if command.startswith("apply"):
            command = "apply " + " ".join(one["metadata"]["name"] for one in yaml.safe_load_all(given))
        self.done.append(command)
        if self.failing and self.failing in command:
            self.failing = ""
            return 1, "", "it does not become ready"
        return 0, self._answer(command), ""

    def _answer(self, command: str) -> str:
        conditions = {
            "conditions": [{"type": "AllReplicasReady", "status": "True"}],
            "readyInstances": self.ready_instances,
        }
        answers: dict[str, Any] = {
            "version": {"clientVersion": {"minor": "20"}, "serverVersion": {"minor": self.minor}},
            "get secret": {"data": dict.fromkeys(self.secret_keys, "")},
            "get clusters": {"spec": {"instances": 3}, "status": conditions},
            "get rabbitmqclusters": {"status": conditions},
            "get backups": {"items": [{"status": {"phase": "completed", "stoppedAt": self.backed_up_at.isoformat()}}]},
            "get deployment": {"metadata": {"annotations": {"deployment.kubernetes.io/revision": self.revision}}},
            "get job": {"status": {"conditions": [{"type": self.job, "status": "True"}]}},
        }
        if command.startswith("api-versions"):
            return "\n".join({one["apiVersion"] for one in self.documents})
        if command.startswith("get pods"):
            return str(next(self.restarts))
        return next((json.dumps(answer) for start, answer in answers.items() if command.startswith(start)), "")

    def changes(self, verb: str) -> list[str]:
        return [command.removeprefix(f"{verb} ") for command in self.done if command.startswith(verb)]


@pytest.fixture
def kubectl() -> Kubectl:
    return Kubectl("production")


def roll(kubectl: Kubectl) -> None:
    roll_out(kubectl.cluster(), settle=1, sleep=lambda _: None)


def test_nothing_is_wrong_where_all_is_well(kubectl: Kubectl):
    assert problems(kubectl.cluster(), backup=True) == []


def test_examples_that_were_left_as_they_are_keep_a_release_back(kubectl: Kubectl):
    kubectl.documents = render(OVERLAYS / "production")

    assert any("still says ingestio.example.com" in problem for problem in problems(kubectl.cluster(), backup=True))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"minor": "27"}, "older than 1.30"),
        ({"secret_keys": set(URLS[1:])}, "lacks INGESTIO_DATABASE_URL"),
        ({"ready_instances": 2}, "fewer instances"),
        ({"backed_up_at": datetime.now(UTC) - timedelta(days=3)}, "no backup of the last day"),
    ],
)
def test_what_is_wrong_is_said(kubectl: Kubectl, change: dict[str, Any], said: str):
    vars(kubectl).update(change)

    assert any(said in problem for problem in problems(kubectl.cluster(), backup=True))


def test_an_operator_that_is_missing_is_said(kubectl: Kubectl, monkeypatch: pytest.MonkeyPatch):
    cluster = kubectl.cluster()
    monkeypatch.setattr(kubectl, "documents", [{"apiVersion": "apps/v1"}])

    assert any("understands keda.sh" in problem for problem in problems(cluster, backup=True))


def test_services_follow_the_tables_and_who_hears_comes_before_who_speaks(kubectl: Kubectl):
    roll(kubectl)
    applied = kubectl.changes("apply")

    assert "migrate-0-1-0" in applied[0]
    assert tuple(applied[1:-1]) == ORDER
    assert kubectl.done.index("get job migrate-0-1-0 --ignore-not-found --output=json") < kubectl.done.index(
        "apply notifier"
    )


def test_a_migration_that_fails_changes_no_service(kubectl: Kubectl):
    kubectl.job = "Failed"
    with pytest.raises(RollOutError, match="No service was changed"):
        roll(kubectl)

    assert len(kubectl.changes("apply")) == 1


def test_a_service_that_does_not_become_ready_takes_all_back_that_were_changed(kubectl: Kubectl):
    kubectl.failing = "rollout status deployment/exporter"
    with pytest.raises(RollOutError, match="Taken back"):
        roll(kubectl)

    assert kubectl.changes("rollout undo") == ["deployment/exporter", "deployment/aggregator", "deployment/notifier"]


def test_a_service_that_is_ready_and_falls_over_is_taken_back(kubectl: Kubectl):
    kubectl.restarts = iter([0, 2])
    with pytest.raises(RollOutError, match="notifier was restarted 2 times"):
        roll(kubectl)

    assert kubectl.changes("rollout undo") == ["deployment/notifier"]


def test_what_is_new_is_removed_again_when_it_fails():
    kubectl = Kubectl("canary")
    kubectl.revision = "1"
    kubectl.failing = "rollout status deployment/aggregator-canary"
    with pytest.raises(RollOutError):
        roll(kubectl)

    assert [one.split()[1] for one in kubectl.changes("delete")] == ["aggregator-canary", "notifier-canary"]


def test_a_release_is_taken_back_in_the_opposite_order(kubectl: Kubectl):
    roll_back(kubectl.cluster(), kubectl.cluster().names("Deployment"))

    assert kubectl.changes("rollout undo") == [f"deployment/{name}" for name in reversed(ORDER)]
