"""A rendered overlay, and what tests ask it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from deploy.verify.manifests import Document, pod_of, render

ROOT = Path(__file__).parents[2]
SERVICES = ("ingest", "classifier", "extractor", "aggregator", "exporter", "notifier")
# Made by deploy/k8s/secrets.sh where the overlay does not generate them; the certificate is the cluster's.
SECRETS = {*SERVICES, "migrate", "postgres-superuser", "postgres-backup", "rabbitmq-administrator"}


class Overlay:
    """All objects of one overlay by kind and name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.documents = render(ROOT / "deploy/k8s/overlays" / name)

    def of_kind(self, *kinds: str) -> list[Document]:
        return [document for document in self.documents if document["kind"] in kinds]

    def one(self, kind: str, name: str) -> Document:
        (found,) = [document for document in self.of_kind(kind) if document["metadata"]["name"] == name]
        return found

    def names(self, kind: str) -> set[str]:
        return {document["metadata"]["name"] for document in self.of_kind(kind)}

    def workloads(self) -> list[Document]:
        return [document for document in self.documents if pod_of(document)]

    def pods(self) -> dict[str, dict[str, str]]:
        """The labels of every pod by the name of what makes it, those that operators make included."""
        made = {
            one["metadata"]["name"]: dict(one["spec"]["template"]["metadata"]["labels"]) for one in self.workloads()
        }
        for cluster in self.of_kind("Cluster"):
            name = cluster["metadata"]["name"]
            made[name] = {"cnpg.io/cluster": name, **cluster["spec"]["inheritedMetadata"]["labels"]}
        for broker in self.of_kind("RabbitmqCluster"):
            name = broker["metadata"]["name"]
            made[name] = {"app.kubernetes.io/name": name, "app.kubernetes.io/component": "rabbitmq"}
        return made


def containers(document: Document) -> list[dict[str, Any]]:
    pod = pod_of(document)
    assert pod
    return [*pod["containers"], *pod.get("initContainers", [])]


def matches(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    """As Kubernetes matches a label selector; an empty one matches all."""
    held = labels.get
    verbs: dict[str, Callable[[dict[str, Any]], bool]] = {
        "In": lambda one: held(one["key"]) in one["values"],
        "NotIn": lambda one: held(one["key"]) not in one["values"],
        "Exists": lambda one: one["key"] in labels,
    }
    return selector.get("matchLabels", {}).items() <= labels.items() and all(
        verbs[one["operator"]](one) for one in selector.get("matchExpressions", [])
    )
