"""Who needs little loads little: a service starts, and a test begins, with what it uses and no more."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = ("ingest", "classifier", "extractor", "aggregator", "exporter", "notifier")
BROKER_AND_HTTP = {"faststream", "aio_pika", "fastapi", "uvicorn"}


def loaded_with(modules: list[str]) -> set[str]:
    """The packages that a process holds which imports these modules."""
    program = f"import sys, {', '.join(modules)}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, text=True)
    return set(told.stdout.split())


@pytest.mark.parametrize("package", ["openai", "onnxruntime", "rapidocr", "alembic"])
def test_a_service_starts_without(package: str):
    assert package not in loaded_with([f"services.{name}.app" for name in SERVICES])


def test_handlers_of_events_know_neither_the_broker_nor_http():
    assert loaded_with([f"services.{name}.handlers" for name in SERVICES]) & BROKER_AND_HTTP == set()
