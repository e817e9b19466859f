"""Writes the dashboards that Grafana loads: `python -m deploy.grafana.publish`."""

from pathlib import Path

from deploy.grafana.api import API
from deploy.grafana.extraction import EXTRACTION
from deploy.grafana.operations import OPERATIONS
from deploy.grafana.panels import as_json
from deploy.grafana.pipeline import PIPELINE

DASHBOARDS = Path(__file__).parent / "dashboards"
BOARDS = (PIPELINE, EXTRACTION, API, OPERATIONS)


def files() -> dict[str, str]:
    """What stands in dashboards/, by name."""
    return {f"{board.name}.json": as_json(board) for board in BOARDS}


if __name__ == "__main__":
    DASHBOARDS.mkdir(exist_ok=True)
    for name, text in files().items():
        (DASHBOARDS / name).write_text(text)
