"""Following a batch to its end."""

import time

import pytest
from rich.console import Console

from ingestio.answers import Batch
from ingestio.progress import counts_of, follow
from shared.vocabulary import BatchStatus
from tests.unit.ingestio.fake_server import BATCH, FakeServer


def test_a_batch_is_looked_at_until_it_has_ended(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    server = FakeServer(looks_until_done=3)
    with server.client() as client:
        batch = follow(client, BATCH, console=Console(quiet=True))
    assert batch.status is BatchStatus.PARTIALLY_COMPLETED
    assert len(server.requests) == 3


def test_counts_tell_only_what_there_is():
    batch = Batch(id=BATCH, status=BatchStatus.PROCESSING, pages=1)
    assert counts_of(batch) == "0 of 1 page"
    ended = {"status": BatchStatus.PARTIALLY_COMPLETED, "pages": 24, "failed": 1, "needs_review": 2}
    assert counts_of(batch.model_copy(update=ended)) == "24 pages, [red]1 failed[/], [yellow]2 to review[/]"
