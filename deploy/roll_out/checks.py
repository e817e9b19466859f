"""What must hold before anything is changed."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from deploy.roll_out.cluster import Cluster, Document
from shared.settings import ServiceSettings, variable_of

OLDEST_KUBERNETES = 30  # of 1.x: a pod that ends sleeps first
FRESH = timedelta(hours=26)  # a night's backup, and the time it takes
_EXAMPLES = r"[\w.-]*example\.(?:com|org)|203\.0\.113\.\d+"
_PLAIN_GROUPS = {"", "apps", "batch", "policy", "networking.k8s.io", "scheduling.k8s.io"}


def problems(cluster: Cluster, *, backup: bool) -> list[str]:
    """Everything that is wrong, one line each; none when it may be rolled out. Raises RollOutError for no answer."""
    checks = [_version(cluster), _examples(cluster), _kinds(cluster), _secrets(cluster), _stores(cluster)]
    return [problem for check in [*checks, *([_backup(cluster)] if backup else [])] for problem in check]


def _version(cluster: Cluster) -> Iterator[str]:
    found = re.search(r'"minor": "(\d+)', cluster.tell("version", "--output=json").partition('"serverVersion"')[2])
    if not found or int(found[1]) < OLDEST_KUBERNETES:
        yield f"Kubernetes is older than 1.{OLDEST_KUBERNETES}."


def _examples(cluster: Cluster) -> Iterator[str]:
    for one in cluster.documents:
        for example in sorted(set(re.findall(_EXAMPLES, str(one)))):
            yield f"{_name(one)} still says {example}."


def _kinds(cluster: Cluster) -> Iterator[str]:
    groups = {one["apiVersion"].rpartition("/")[0] for one in cluster.documents} - _PLAIN_GROUPS
    served = cluster.tell("api-versions").split()
    for group in sorted(groups):
        if not any(version.startswith(f"{group}/") for version in served):
            yield f"Nothing in the cluster understands {group}: its operator is missing."


def _secrets(cluster: Cluster) -> Iterator[str]:
    """Each service's Secret is there and says what its service cannot start without."""
    needed = {
        variable_of(ServiceSettings, key) for key, one in ServiceSettings.model_fields.items() if one.is_required()
    }
    for one in cluster.documents:
        if one["kind"] != "Deployment":
            continue
        for source in one["spec"]["template"]["spec"]["containers"][0].get("envFrom", []):
            name = source.get("secretRef", {}).get("name")
            if not name or name in cluster.names("Secret"):
                continue
            found = cluster.find("secret", name)
            if found is None:
                yield f"There is no Secret {name}: deploy/k8s/secrets.sh writes it."
            elif missing := sorted(needed - found["data"].keys()):
                yield f"The Secret {name} lacks {', '.join(missing)}."


def _stores(cluster: Cluster) -> Iterator[str]:
    """Stores that are there already are whole: a roll-out is no time to find out that one is not."""
    for name in cluster.names("Cluster"):
        found = cluster.find("clusters.postgresql.cnpg.io", name)
        if found and found.get("status", {}).get("readyInstances") != found["spec"]["instances"]:
            yield f"PostgreSQL {name} has fewer instances ready than it should."
    for name in cluster.names("RabbitmqCluster"):
        found = cluster.find("rabbitmqclusters.rabbitmq.com", name)
        conditions = {one["type"]: one["status"] for one in (found or {}).get("status", {}).get("conditions", [])}
        if found and conditions.get("AllReplicasReady") != "True":
            yield f"RabbitMQ {name} has fewer nodes ready than it should."


def _backup(cluster: Cluster) -> Iterator[str]:
    """Where there are tables already, they were backed up within a day."""
    if not any(cluster.find("clusters.postgresql.cnpg.io", name) for name in cluster.names("Cluster")):
        return
    found = (cluster.find("backups.postgresql.cnpg.io") or {}).get("items", [])
    ends = [one["status"]["stoppedAt"] for one in found if one.get("status", {}).get("phase") == "completed"]
    newest = max((datetime.fromisoformat(end) for end in ends), default=None)
    if newest is None or newest < datetime.now(UTC) - FRESH:
        yield "There is no backup of the last day (--without-backup goes on)."


def _name(document: Document) -> str:
    return f"{document['kind']} {document['metadata']['name']}"
