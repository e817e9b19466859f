"""Exports from the wish to the file."""

import json
import time
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from ingestio.__main__ import new_app
from ingestio.client import TroubleError
from ingestio.commands import export
from ingestio.commands.export import save_export, save_wished_export
from tests.unit.ingestio.fake_server import BATCH, GOOD, FakeServer

QUIET = Console(quiet=True)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)


def test_an_export_is_asked_for_awaited_and_saved(tmp_path: Path):
    server = FakeServer()
    with server.client() as client:
        save_export(client, {"batch_id": str(BATCH), "format": "csv"}, tmp_path / "rows.csv", console=QUIET)
    assert (tmp_path / "rows.csv").read_bytes() == b"a,b\n1,2\n"
    assert json.loads(server.bodies[0]) == {"batch_id": str(BATCH), "format": "csv"}


def test_a_csv_file_can_be_made_for_excel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    server = FakeServer()
    monkeypatch.setattr(export, "connect", lambda _home: server.client())
    options = ["--format", "csv", "--delimiter", "semicolon", "--decimal", "comma", "--bom"]
    done = CliRunner().invoke(new_app(), ["export", str(BATCH), *options, "-o", str(tmp_path / "rows.csv")])
    assert done.exit_code == 0, done.output
    assert json.loads(server.bodies[0])["csv"] == {"bom": True, "delimiter": ";", "decimal": ","}


@pytest.mark.parametrize("end", ["failed", "cancelled", "expired"])
def test_an_export_that_ends_without_a_file_is_trouble_at_once(tmp_path: Path, end: str):
    server = FakeServer()
    server.export_ends = end
    with server.client() as client, pytest.raises(TroubleError, match=f"The export .*{end}"):
        save_export(client, {"batch_id": str(BATCH)}, tmp_path / "rows.csv", console=QUIET)
    assert (list(tmp_path.iterdir()), len(server.requests)) == ([], 2)


def test_several_batches_and_what_the_columns_shall_be_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    server = FakeServer()
    monkeypatch.setattr(export, "connect", lambda _home: server.client())
    options = ["--layout", "multi_row", "--path", "items", "--include", "pages", "--include", "review"]
    done = CliRunner().invoke(new_app(), ["export", str(BATCH), str(GOOD), *options, "-o", str(tmp_path / "rows.xlsx")])
    assert done.exit_code == 0, done.output
    assert json.loads(server.bodies[0]) == {
        "batch_ids": [str(BATCH), str(GOOD)],
        "format": "xlsx",
        "layout": "multi_row",
        "path": "items",
        "include": ["pages", "review"],
    }


def test_the_export_a_batch_asked_for_is_awaited_and_not_asked_for_again(tmp_path: Path):
    server = FakeServer()
    server.looks_until_export = 3
    with server.client() as client:
        save_wished_export(client, BATCH, tmp_path / "rows.csv", console=QUIET)
    assert (tmp_path / "rows.csv").exists()
    assert {request.method for request in server.requests} == {"GET"}
