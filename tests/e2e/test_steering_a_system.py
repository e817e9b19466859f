"""Steering a running system through its API: stop, read again, delete."""

from pathlib import Path
from uuid import UUID

from ingestio.answers import Batch
from tests.e2e.conftest import System, wait_for

SAMPLES = Path("samples")
SCHEMA = {"type": "object", "properties": {"invoice_number": {"type": ["string", "null"]}}}


def cancelled(system: System) -> Batch:
    """A batch that was stopped as soon as it was handed in."""
    submitted = system.submit(*sorted(SAMPLES.glob("*.pdf")), *sorted(SAMPLES.glob("*.png")), strategy="auto")
    system.client.cancel(submitted.id)
    return system.finished(submitted.id)


def test_a_cancelled_batch_stops_and_what_was_stopped_can_be_read_again(system: System):
    batch = cancelled(system)
    refused = batch.failed

    system.client.retry(batch.id, wish={})
    again = wait_for(lambda: _all_completed(system, batch.id, failed=refused), within=240)

    assert (batch.status, batch.cancelled > 0) == ("cancelled", True)
    assert (again.cancelled, again.completed) == (0, batch.total_documents - refused)


def test_a_rerun_replaces_the_results(system: System):
    submitted = system.submit(SAMPLES / "invoice-english.pdf", strategy="auto")
    system.finished(submitted.id)

    system.client.retry(submitted.id, wish={"prompt": "Read the number.", "json_schema": SCHEMA})

    fields = wait_for(
        lambda: next(
            (set(r.result.data) for r in system.client.results(submitted.id) if len(r.result.data) == 1), None
        ),
        within=60,
    )
    assert fields == {"invoice_number"}


def test_a_deleted_batch_is_gone_everywhere(system: System):
    submitted = system.submit(SAMPLES / "invoice-english.pdf", strategy="auto", export={"format": "csv"})
    system.finished(submitted.id)
    wait_for(lambda: system.client.exports_of(submitted.id) or None, within=60)

    system.client.delete(submitted.id)
    system.client.delete(submitted.id)

    with system.http() as client:
        assert client.get(f"/api/files/{submitted.files[0].document_id}").status_code == 404
        wait_for(lambda: client.get(f"/api/batches/{submitted.id}").status_code == 404 or None, within=10)
    wait_for(lambda: not list(system.client.results(submitted.id)) or None, within=60)
    wait_for(lambda: not system.client.exports_of(submitted.id) or None, within=60)


def _all_completed(system: System, batch_id: UUID, *, failed: int) -> Batch | None:
    batch = system.client.batch(batch_id)
    return batch if batch.done == batch.total_documents and batch.cancelled == 0 and batch.failed == failed else None
