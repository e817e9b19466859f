"""What watches the system stands in compose as the rest does, and watches all of it."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())


@pytest.mark.parametrize("name", ["prometheus", "alertmanager", "grafana"])
def test_what_watches_is_pinned_hardened_and_finds_its_files(name: str):
    found = COMPOSE["services"][name]
    mounted = [volume.split(":")[0] for volume in found["volumes"] if volume.startswith("./")]

    assert re.fullmatch(r"[\w/]+:v?\d+\.\d+\.\d+", found["image"])
    assert (found["read_only"], found["cap_drop"]) == (True, ["ALL"])
    assert found["healthcheck"]["test"]
    assert [path for path in mounted if not (ROOT / path).exists()] == []


def test_prometheus_scrapes_every_service():
    (job, *_) = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())["scrape_configs"]

    assert sorted(job["dns_sd_configs"][0]["names"]) == [
        "aggregator",
        "classifier",
        "exporter",
        "extractor",
        "ingest",
        "notifier",
    ]
