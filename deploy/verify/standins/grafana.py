"""Stands in for Grafana: reads its provisioning and dashboards, and answers /api/health only when all of them can be read."""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import yaml

PROVISIONING = Path("/etc/grafana/provisioning")


def read_all() -> dict[str, int]:
    """How many data sources and dashboards there are. Raises whatever keeps one from being read."""
    found = {"datasources": 0, "dashboards": 0}
    for file in [*PROVISIONING.glob("datasources/*.y*ml"), *PROVISIONING.glob("dashboards/*.y*ml")]:
        wish = yaml.safe_load(file.read_text())
        found["datasources"] += len(wish.get("datasources", []))
        for provider in wish.get("providers", []):
            for dashboard in Path(provider["options"]["path"]).rglob("*.json"):
                found["dashboards"] += bool(json.loads(dashboard.read_text())["panels"])
    return found


class Health(BaseHTTPRequestHandler):
    """Answers what was found."""

    found: ClassVar[dict[str, int]] = {}

    def do_GET(self) -> None:
        well = self.path == "/api/health" and all(self.found.values())
        self.send_response(200 if well else 503)
        self.end_headers()
        self.wfile.write(json.dumps({"database": "ok", "version": "stand-in", **self.found}).encode())


if __name__ == "__main__":
    Health.found = read_all()
    sys.stdout.write(f"A stand-in for Grafana read {Health.found}.\n")
    sys.stdout.flush()
    HTTPServer(("0.0.0.0", 3000), Health).serve_forever()  # noqa: S104  # inside its container
