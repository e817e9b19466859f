"""The way of a release: stores, tables, then service by service, each looked at before the next. What fails is taken back."""

import time
from collections.abc import Callable, Sequence

from deploy.roll_out.cluster import Cluster, Document, RollOutError

# Who only hears first, who speaks last: a new kind of event meets nobody who does not know it.
ORDER = ("notifier", "aggregator", "exporter", "extractor", "classifier", "ingest", "console")
_LATE = ("Deployment", "ScaledObject")
_STORES = {
    "Cluster": ("--for=condition=Ready", "clusters.postgresql.cnpg.io"),
    "RabbitmqCluster": ("--for=condition=AllReplicasReady", "rabbitmqclusters.rabbitmq.com"),
}
_STORES_WITHIN = "15m"
_READY_WITHIN = "6m"
_MIGRATED_WITHIN = 900.0  # seconds
_LOOK_EVERY = 2.0


def roll_out(cluster: Cluster, *, settle: float, sleep: Callable[[float], None] = time.sleep) -> None:
    """Raises RollOutError; what was changed of the services is as before then."""
    around = [one for one in cluster.documents if one["kind"] not in _LATE]
    if around:
        cluster.apply(around)
    _await_stores(cluster)
    for job in cluster.names("Job"):
        cluster.say(f"Migrating: {job}")
        _await_job(cluster, job, sleep=sleep)
    changed: list[str] = []
    try:
        for deployment in sorted(_of_kind(cluster, "Deployment"), key=_turn):
            name = deployment["metadata"]["name"]
            cluster.say(f"Rolling out {name}")
            changed.append(name)
            _roll_out_one(cluster, deployment, settle=settle, sleep=sleep)
    except RollOutError as trouble:
        cluster.say(str(trouble))
        roll_back(cluster, changed)
        raise RollOutError(f"Taken back. {trouble}") from trouble
    if scalers := _of_kind(cluster, "ScaledObject"):
        cluster.apply(scalers)


def roll_back(cluster: Cluster, names: Sequence[str]) -> None:
    """The revision before, last first; what had none goes. The tables stay: they are good for both releases."""
    for name in sorted(names, key=lambda name: _turn({"metadata": {"name": name}}), reverse=True):
        if _revision(cluster, name) > 1:
            cluster.say(f"Taking back {name}")
            cluster.tell("rollout", "undo", f"deployment/{name}")
            cluster.tell("rollout", "status", f"deployment/{name}", f"--timeout={_READY_WITHIN}")
        else:
            cluster.say(f"Removing {name}, which is new")
            cluster.tell("delete", "deployment", name, "--ignore-not-found")


def _roll_out_one(cluster: Cluster, deployment: Document, *, settle: float, sleep: Callable[[float], None]) -> None:
    """Ready, and after a while still ready without having been started anew."""
    name = deployment["metadata"]["name"]
    cluster.apply([deployment])
    cluster.tell("rollout", "status", f"deployment/{name}", f"--timeout={_READY_WITHIN}")
    before = _restarts(cluster, deployment)
    sleep(settle)
    cluster.tell("rollout", "status", f"deployment/{name}", "--timeout=30s")
    if (after := _restarts(cluster, deployment)) > before:
        raise RollOutError(f"{name} was restarted {after - before} times within {settle:.0f} s.")


def _restarts(cluster: Cluster, deployment: Document) -> int:
    labels = deployment["spec"]["selector"]["matchLabels"]
    selector = ",".join(f"{key}={value}" for key, value in sorted(labels.items()))
    shown = "--output=jsonpath={.items[*].status.containerStatuses[*].restartCount}"
    return sum(map(int, cluster.tell("get", "pods", f"--selector={selector}", shown).split()))


def _revision(cluster: Cluster, name: str) -> int:
    found = cluster.find("deployment", name) or {"metadata": {}}
    return int(found["metadata"].get("annotations", {}).get("deployment.kubernetes.io/revision", 0))


def _await_stores(cluster: Cluster) -> None:
    for kind, (condition, resource) in _STORES.items():
        for name in cluster.names(kind):
            cluster.tell("wait", condition, f"{resource}/{name}", f"--timeout={_STORES_WITHIN}")
    for name in cluster.names("StatefulSet"):
        cluster.tell("rollout", "status", f"statefulset/{name}", f"--timeout={_STORES_WITHIN}")


def _await_job(cluster: Cluster, name: str, *, sleep: Callable[[float], None]) -> None:
    for _ in range(int(_MIGRATED_WITHIN / _LOOK_EVERY)):
        found = cluster.find("job", name) or {}
        ended = {one["type"] for one in found.get("status", {}).get("conditions", []) if one["status"] == "True"}
        if "Complete" in ended:
            return
        if "Failed" in ended:
            break
        sleep(_LOOK_EVERY)
    raise RollOutError(f"{name} did not come to its end. No service was changed. kubectl logs job/{name} says why.")


def _of_kind(cluster: Cluster, kind: str) -> list[Document]:
    return [one for one in cluster.documents if one["kind"] == kind]


def _turn(deployment: Document) -> int:
    return ORDER.index(deployment["metadata"]["name"].removesuffix("-canary"))
