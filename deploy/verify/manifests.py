"""The Kubernetes files as `kubectl apply -k` would send them, for tests and checks on machines without kubectl.

Only what our kustomizations use: resources, components, patches, labels, images, a namespace, a suffix, generators. Generated
names carry no hash here. `make verify-deploy` holds it against kubectl's own rendering where there is one.
"""

from collections.abc import Callable, Iterable
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from deploy.verify.patches import apply_patch, selects

Document = dict[str, Any]

_NOT_NAMESPACED = {"Namespace", "PriorityClass"}


def render(folder: Path) -> list[Document]:
    """Every object of an overlay. Secrets that are generated from files appear by name, without content."""
    return _built(folder, [])


def pod_of(document: Document) -> Document | None:
    """The pod's specification inside a Deployment, StatefulSet or Job; None for everything else."""
    spec: Document | None = document.get("spec", {}).get("template", {}).get("spec")
    return spec


def _built(folder: Path, inherited: list[Document]) -> list[Document]:
    """A component changes what was gathered before it, so that is handed in."""
    (wish,) = _read(folder / "kustomization.yaml")
    found = [*inherited]
    for name in wish.get("resources", []):
        path = folder / name
        found += _built(path, []) if path.is_dir() else _read(path)
    found += _generated(wish)
    for name in wish.get("components", []):
        found = _built(folder / name, found)
    for patch in wish.get("patches", []):
        text = patch.get("patch") or (folder / patch["path"]).read_text()
        found = list(_patched(found, _documents(text), patch.get("target")))
    for change in _changes(wish):
        for document in found:
            change(document)
    return found


def _read(path: Path) -> list[Document]:
    return _documents(path.read_text())


def _documents(text: str) -> list[Document]:
    """By libyaml: ten times as quick, and every overlay is read again and again by the tests."""
    return [document for document in yaml.load_all(text, Loader=yaml.CSafeLoader) if document]


def _generated(wish: Document) -> Iterable[Document]:
    for one in wish.get("configMapGenerator", []):
        data = dict(literal.split("=", 1) for literal in one["literals"])
        yield {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": one["name"]}, "data": data}
    for one in wish.get("secretGenerator", []):
        yield {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": one["name"]}, "type": "Opaque"}


def _patched(found: list[Document], patches: list[Any], target: Document | None) -> Iterable[Document]:
    for document in found:
        changed: Document | None = deepcopy(document)
        for patch in patches:
            if changed is not None and selects(target, patch, changed):
                changed = apply_patch(changed, patch)
        if changed is not None:
            yield changed


def _changes(wish: Document) -> Iterable[Callable[[Document], None]]:
    """In the order in which kustomize makes them."""
    images = {image["name"]: image for image in wish.get("images", [])}
    if suffix := wish.get("nameSuffix"):
        yield lambda document: _suffixed(document, suffix)
    if namespace := wish.get("namespace"):
        yield lambda document: _placed(document, namespace)
    for labels in wish.get("labels", []):
        yield lambda document, labels=labels: _labelled(document, labels)  # type: ignore[misc]  # bound per round
    if images:
        yield lambda document: _pinned(document, images)


def _suffixed(document: Document, suffix: str) -> None:
    document["metadata"]["name"] += suffix
    for container in (pod_of(document) or {}).get("containers", []):
        for source in container.get("envFrom", []):
            if "configMapRef" in source:
                source["configMapRef"]["name"] += suffix


def _placed(document: Document, namespace: str) -> None:
    if document["kind"] == "Namespace":
        document["metadata"]["name"] = namespace
    elif document["kind"] not in _NOT_NAMESPACED:
        document["metadata"]["namespace"] = namespace


def _labelled(document: Document, labels: Document) -> None:
    pairs = labels["pairs"]
    document["metadata"].setdefault("labels", {}).update(pairs)
    spec = document.get("spec", {})
    if pod_of(document) is not None and (labels.get("includeTemplates") or labels.get("includeSelectors")):
        spec["template"].setdefault("metadata", {}).setdefault("labels", {}).update(pairs)
    if labels.get("includeSelectors") and document["kind"] == "Deployment":
        spec["selector"]["matchLabels"].update(pairs)
        for constraint in spec["template"]["spec"].get("topologySpreadConstraints", []):
            constraint["labelSelector"]["matchLabels"].update(pairs)


def _pinned(document: Document, images: dict[str, Document]) -> None:
    for container in (pod_of(document) or {}).get("containers", []):
        image = images.get(container["image"].partition(":")[0])
        if image:
            name = image.get("newName", image["name"])
            container["image"] = f"{name}@{image['digest']}" if "digest" in image else f"{name}:{image['newTag']}"
