"""Who needs little loads little: a service starts with what it uses at once, and no more."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVICES = ("ingest", "classifier", "extractor", "aggregator", "exporter", "notifier")
# They take long or much memory: who asks a model, writes a workbook, reads pages or migrates loads them then.
NOT_AT_THE_START = {"openai", "openpyxl", "onnxruntime", "rapidocr", "pypdf", "pypdfium2", "PIL", "alembic"}


def test_services_start_without_what_only_some_work_needs():
    wiring = ", ".join(f"services.{name}.app" for name in SERVICES)
    program = f"import sys, {wiring}; print(*{{name.partition('.')[0] for name in sys.modules}})"

    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, text=True)

    assert set(told.stdout.split()) & NOT_AT_THE_START == set()
