"""kill -9 of any one service in the middle of a batch: the batch still ends, each document once."""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.e2e.conftest import System, running, wait_for

DOCUMENTS = 20


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A process a service, restarted by the supervisor when it dies."""
    with running(tmp_path_factory.mktemp("processes"), "--processes") as system:
        yield system


def invoices(folder: Path, count: int) -> list[Path]:
    files = [folder / f"invoice-{number:03}.pdf" for number in range(count)]
    for number, file in enumerate(files):
        page = Canvas(str(file))
        for row, text in enumerate(
            [
                "Harbour Books Ltd",
                "INVOICE",
                f"Invoice no: 2026-{number}",
                "Date: 3 March 2026",
                f"Total: {number}.50 EUR",
            ]
        ):
            page.drawString(72, 760 - 24 * row, text)
        page.save()
    return files


def notices_of(system: System, batch_id: UUID) -> list[str] | None:
    """The ids of what the notifier has to say about the batch; None while it says nothing or is away."""
    with system.http() as client:
        answer = client.get("/api/notices")
    items = answer.json()["items"] if answer.is_success else []
    return [item["id"] for item in items if item["batch_id"] == str(batch_id)] or None


@pytest.mark.parametrize("name", ["ingest", "classifier", "extractor", "aggregator", "exporter", "notifier", "console"])
def test_a_batch_survives_the_sudden_death_of(name: str, system: System, tmp_path: Path):
    submitted = system.submit(*invoices(tmp_path, DOCUMENTS), strategy="auto", name=name)
    victim = system.home.processes()[name]
    # Dead while documents are under way, and known to be so: before the last one can have come through.
    os.kill(victim, signal.SIGKILL)
    wait_for(lambda: system.home.processes().get(name) not in {None, victim} or None, within=30)

    batch = system.finished(submitted.id)
    results = Counter(result.file_name for result in system.client.results(submitted.id))
    notices = wait_for(lambda: notices_of(system, submitted.id), within=60)

    assert (batch.status, batch.completed) == ("completed", DOCUMENTS)
    assert set(results.values()) == {1}
    assert len(results) == DOCUMENTS
    assert len(notices) == 1
