"""The pods of `deploy/k8s`, run on the engine beside the compose system: their images, variables and limits, asked by their probes.

Stores and services have the same names in both, so a pod's Secrets are good here as they are.
"""

import re
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import yaml

from deploy.verify.engine import Engine, VerifyError
from deploy.verify.images import USER
from deploy.verify.manifests import Document, pod_of, render

_READY_WITHIN = 90.0
_ASK = "import sys, urllib.request as r; r.urlopen(sys.argv[1], timeout=8)"


def check_pods(engine: Engine, root: Path, *, network: str) -> list[str]:
    """Run every Job and Deployment of the small overlay once. Returns their names; raises VerifyError for one that fails."""
    engine.run(str(root / "deploy/k8s/secrets.sh"), "small", quiet=True)
    folder = root / "deploy/k8s/overlays/small"
    found = render(folder)
    settings = {one["metadata"]["name"]: one["data"] for one in found if one["kind"] == "ConfigMap"}
    workloads = [one for one in found if one["kind"] in {"Job", "Deployment"}]
    for workload in sorted(workloads, key=lambda one: one["kind"] != "Job"):
        container = (pod_of(workload) or {})["containers"][0]
        run = ("docker", "run", "--network", network, *_flags(container, folder / "secrets", settings))
        if workload["kind"] == "Job":
            engine.run(*run, "--rm", _image(container), quiet=True)
        else:
            _probe(engine, run, workload, container)
    return [one["metadata"]["name"] for one in workloads]


def check_rendering(engine: Engine, root: Path) -> bool:
    """Hold our rendering against kubectl's, where there is one. Raises VerifyError where they differ."""
    if not shutil.which("kubectl"):
        return False
    for folder in sorted((root / "deploy/k8s/overlays").iterdir()):
        if folder.name == "small":
            engine.run(str(root / "deploy/k8s/secrets.sh"), "small", quiet=True)
        theirs = yaml.safe_load_all(engine.run("kubectl", "kustomize", str(folder)))
        if _plain(list(theirs)) != _plain(render(folder)):
            raise VerifyError(f"kubectl renders {folder.name} otherwise than deploy/verify/manifests.py.")
    return True


def _flags(container: dict[str, Any], secrets: Path, settings: dict[str, dict[str, str]]) -> list[str]:
    """What Kubernetes would give the container: variables, limits, and nothing it may write to but its volumes."""
    flags = ["--read-only", "--user", USER, "--cap-drop", "ALL", "--security-opt", "no-new-privileges"]
    flags += ["--memory", container["resources"]["limits"]["memory"].removesuffix("i").lower()]
    for mount in container["volumeMounts"]:
        flags += ["--tmpfs", f"{mount['mountPath']}:mode=1777"]
    for source in container.get("envFrom", []):
        if "configMapRef" in source:
            for name, value in settings[source["configMapRef"]["name"]].items():
                flags += ["--env", f"{name}={value}"]
        else:
            flags += ["--env-file", str(secrets / f"{source['secretRef']['name']}.env")]
    return flags


def _probe(engine: Engine, run: tuple[str, ...], workload: Document, container: dict[str, Any]) -> None:
    """Start it, and ask each of its probes until all have answered well."""
    name = f"pod-{workload['metadata']['name']}"
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    probes = [probe["httpGet"] for key, probe in container.items() if key.endswith("Probe")]
    urls = {f"http://127.0.0.1:{ports[probe['port']]}{probe['path']}" for probe in probes}
    engine.run(*run, "--detach", "--name", name, _image(container), quiet=True)
    try:
        for url in sorted(urls):
            _await_answer(engine, name, url)
    finally:
        engine.run("docker", "stop", "--time", "25", name, quiet=True)
        log = engine.run("docker", "logs", "--tail", "5", name, quiet=True)
        code = engine.run("docker", "inspect", "--format", "{{.State.ExitCode}}", name).strip()
        engine.run("docker", "rm", name, quiet=True)
    if code != "0":
        raise VerifyError(f"The pod {name} was asked to end and ended with {code}. {log}")


def _await_answer(engine: Engine, name: str, url: str) -> None:
    ask = ("python", "-c", _ASK, url) if "8080" not in url else ("wget", "-q", "-O", "/dev/null", url)
    until = time.monotonic() + _READY_WITHIN
    while not engine.succeeds("docker", "exec", name, *ask):
        if time.monotonic() > until:
            sys.stdout.write(engine.run("docker", "logs", "--tail", "15", name, check=False))
            raise VerifyError(f"The pod {name} does not answer its probe {url}.")
        time.sleep(0.5)


def _image(container: dict[str, Any]) -> str:
    """As it was built here: the release's tag is for the registry."""
    return str(container["image"]).partition(":")[0]


def _plain(documents: list[Document]) -> dict[tuple[str, str], Any]:
    """By kind and name, without what may differ: hashes in generated names, order, contents of Secrets."""
    found = {(one["kind"], _unhashed(one["metadata"]["name"])): _sorted(one) for one in documents}
    for (kind, _), one in found.items():
        if kind == "Secret":
            one.pop("data", None)
    return found


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(one) for key, one in value.items()}
    if isinstance(value, list):
        return sorted((_sorted(one) for one in value), key=lambda one: yaml.safe_dump(one, sort_keys=True))
    return _unhashed(value) if isinstance(value, str) else value


def _unhashed(name: str) -> str:
    return re.sub(r"^([a-z-]+?)-[0-9a-z]{10}$", r"\1", name)
