"""Who needs little loads little: a service starts, and a test begins, with what it uses and no more."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVICES = ("ingest", "classifier", "extractor", "aggregator", "exporter", "notifier")
# Of those that take long or much memory: who asks a model, writes a workbook, reads pages or migrates loads them then.
NOT_AT_THE_START = {"openai", "openpyxl", "onnxruntime", "rapidocr", "pypdf", "pypdfium2", "PIL", "alembic"}
BROKER_AND_HTTP = {"faststream", "aio_pika", "fastapi", "uvicorn"}


def loaded_with(part: str) -> set[str]:
    """The packages that a process holds which imports this part of every service."""
    modules = ", ".join(f"services.{name}.{part}" for name in SERVICES)
    program = f"import sys, {modules}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, text=True)
    return set(told.stdout.split())


def test_services_start_without_what_only_some_work_needs():
    assert loaded_with("app") & NOT_AT_THE_START == set()


def test_handlers_of_events_know_neither_the_broker_nor_http():
    assert loaded_with("handlers") & BROKER_AND_HTTP == set()
