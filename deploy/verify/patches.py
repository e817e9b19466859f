"""kustomize's patches, as far as our files use them: strategic merges of pods, and JSON patches."""

import re
from copy import deepcopy
from typing import Any

Document = dict[str, Any]

# Lists whose entries are merged by a key; every other list is replaced whole.
_MERGED_BY = {
    "containers": "name",
    "volumes": "name",
    "env": "name",
    "ports": "containerPort",
    "volumeMounts": "mountPath",
    "topologySpreadConstraints": "topologyKey",
}


def selects(target: Document | None, patch: Any, document: Document) -> bool:
    """Whether a patch is for this object: by its target, or by the kind and name it carries itself."""
    if target is None:
        return bool(patch["kind"] == document["kind"] and patch["metadata"]["name"] == document["metadata"]["name"])
    labels = document["metadata"].get("labels", {})
    return (
        target.get("kind", document["kind"]) == document["kind"]
        and target.get("name", document["metadata"]["name"]) == document["metadata"]["name"]
        and all(
            _holds(clause, labels) for clause in re.split(r",(?![^(]*\))", target.get("labelSelector", "")) if clause
        )
    )


def _holds(clause: str, labels: dict[str, str]) -> bool:
    if found := re.fullmatch(r"\s*(\S+) (in|notin) \((.*)\)\s*", clause):
        key, verb, values = found.groups()
        return (labels.get(key) in re.split(r",\s*", values)) == (verb == "in")
    key, _, value = clause.strip().partition("=")
    return labels.get(key) == value


def apply_patch(document: Document, patch: Any) -> Document | None:
    """The object after the patch; None when the patch takes it away."""
    if isinstance(patch, list):
        for step in patch:
            _step(document, step)
        return document
    if patch.get("$patch") == "delete":
        return None
    content = {key: value for key, value in patch.items() if key not in {"apiVersion", "kind", "metadata"}}
    merged: Document = _merge(document, content)
    return merged


def _step(document: Document, step: Document) -> None:
    *way, last = step["path"].strip("/").split("/")
    place: Any = document
    for key in way:
        place = place[int(key)] if isinstance(place, list) else place[key]
    if step["op"] == "remove":
        del place[last]
    elif step["op"] == "replace" and last not in place:
        raise KeyError(step["path"])
    else:
        place[last] = step["value"]


def _merge(old: Any, new: Any, name: str = "") -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        return old | {key: _merge(old.get(key), value, key) for key, value in new.items()}
    if isinstance(old, list) and isinstance(new, list) and name in _MERGED_BY:
        key = _MERGED_BY[name]
        named = {entry[key]: entry for entry in old}
        return list((named | {entry[key]: _merge(named.get(entry[key]), entry) for entry in new}).values())
    return deepcopy(new)
