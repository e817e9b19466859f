"""Writes the rules that Prometheus loads from objectives.py and alerts.py: `python -m deploy.prometheus.publish`."""

from pathlib import Path
from typing import Any

import yaml

from deploy.prometheus.alerts import MODEL, OBJECTIVES, PARTS, PIPELINE, Alert
from deploy.prometheus.objectives import DOCUMENTS, REQUESTS

RULES = Path(__file__).parent / "rules"

_HEAD = "# Written by `python -m deploy.prometheus.publish`; change objectives.py or alerts.py instead.\n"


def files() -> dict[str, str]:
    """What stands in rules/, by name."""
    return {
        "objectives.yml": _file("objectives", [*DOCUMENTS.rules(), *REQUESTS.rules(), *map(_rule, OBJECTIVES)]),
        "pipeline.yml": _file("pipeline", [_rule(alert) for alert in PIPELINE]),
        "model.yml": _file("model", [_rule(alert) for alert in MODEL]),
        "parts.yml": _file("parts", [_rule(alert) for alert in PARTS]),
    }


def _rule(alert: Alert) -> dict[str, Any]:
    return {
        "alert": alert.name,
        "expr": alert.expr,
        "for": alert.wait,
        "labels": {"severity": alert.severity},
        "annotations": alert.annotations,
    }


def _file(group: str, rules: list[dict[str, Any]]) -> str:
    return _HEAD + yaml.dump(
        {"groups": [{"name": group, "rules": rules}]}, Dumper=_Readable, sort_keys=False, width=118
    )


class _Readable(yaml.SafeDumper):
    """Expressions of several lines stand as they are."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Readable.add_representer(str, _text)


if __name__ == "__main__":
    RULES.mkdir(exist_ok=True)
    for name, text in files().items():
        (RULES / name).write_text(text)
