"""Exports from the wish to the file."""

import time
from pathlib import Path

import pytest
from rich.console import Console

from ingestio.client import TroubleError
from ingestio.commands.export import save_export, save_wished_export
from tests.unit.ingestio.fake_server import BATCH, FakeServer

QUIET = Console(quiet=True)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)


def test_an_export_is_asked_for_awaited_and_saved(tmp_path: Path):
    server = FakeServer()
    with server.client() as client:
        save_export(client, BATCH, tmp_path / "rows.csv", format_="csv", layout="multi_row", console=QUIET)
    assert (tmp_path / "rows.csv").read_bytes() == b"a,b\n1,2\n"
    assert b'"layout":"multi_row"' in server.bodies[0]


def test_an_export_that_fails_is_trouble_and_leaves_no_file(tmp_path: Path):
    server = FakeServer()
    server.export_ends = "failed"
    with server.client() as client, pytest.raises(TroubleError, match="did not become ready"):
        save_export(client, BATCH, tmp_path / "rows.csv", format_="csv", layout="normal", console=QUIET)
    assert list(tmp_path.iterdir()) == []


def test_the_export_a_batch_asked_for_is_awaited_and_not_asked_for_again(tmp_path: Path):
    server = FakeServer()
    server.looks_until_export = 3
    with server.client() as client:
        save_wished_export(client, BATCH, tmp_path / "rows.csv", console=QUIET)
    assert (tmp_path / "rows.csv").exists()
    assert {request.method for request in server.requests} == {"GET"}
