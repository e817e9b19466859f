"""Writes the rules that Prometheus loads from objectives.py and alerts.py: `python -m deploy.prometheus.publish`.

Once as files, and once as the object that Prometheus' operator takes.
"""

from pathlib import Path
from typing import Any

import yaml

from deploy.prometheus.alerts import MODEL, OBJECTIVES, PARTS, PIPELINE, Alert
from deploy.prometheus.objectives import DOCUMENTS, REQUESTS

RULES = Path(__file__).parent / "rules"
FOR_THE_OPERATOR = Path(__file__).parents[1] / "k8s/components/monitoring/rules.yaml"

_HEAD = "# Written by `python -m deploy.prometheus.publish`; change objectives.py or alerts.py instead.\n"


def groups() -> dict[str, list[dict[str, Any]]]:
    """All rules, by group."""
    return {
        "objectives": [*DOCUMENTS.rules(), *REQUESTS.rules(), *map(_rule, OBJECTIVES)],
        "pipeline": [_rule(alert) for alert in PIPELINE],
        "model": [_rule(alert) for alert in MODEL],
        "parts": [_rule(alert) for alert in PARTS],
    }


def files() -> dict[str, str]:
    """What stands in rules/, by name."""
    return {f"{name}.yml": _text_of({"groups": [{"name": name, "rules": rules}]}) for name, rules in groups().items()}


def for_the_operator() -> str:
    """The same as one PrometheusRule."""
    listed = [{"name": name, "rules": rules} for name, rules in groups().items()]
    about = {"apiVersion": "monitoring.coreos.com/v1", "kind": "PrometheusRule", "metadata": {"name": "ingestio"}}
    return _text_of(about | {"spec": {"groups": listed}})


def _rule(alert: Alert) -> dict[str, Any]:
    return {
        "alert": alert.name,
        "expr": alert.expr,
        "for": alert.wait,
        "labels": {"severity": alert.severity},
        "annotations": alert.annotations,
    }


def _text_of(document: dict[str, Any]) -> str:
    return _HEAD + yaml.dump(document, Dumper=_Readable, sort_keys=False, width=118)


class _Readable(yaml.SafeDumper):
    """Expressions of several lines stand as they are."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Readable.add_representer(str, _text)


if __name__ == "__main__":
    RULES.mkdir(exist_ok=True)
    for name, text in files().items():
        (RULES / name).write_text(text)
    FOR_THE_OPERATOR.write_text(for_the_operator())
