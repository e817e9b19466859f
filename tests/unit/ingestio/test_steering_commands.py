"""Steering from the command line: what is asked of the server, and what is only shown before."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingestio.__main__ import new_app
from ingestio.commands import dead_letters, steer
from tests.unit.ingestio.asked import Asked

BATCH = "00000000-0000-4000-8000-000000000001"
LETTER = "00000000-0000-4000-8000-000000000002"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    letter = {"id": LETTER, "reason": "DBAPIError 22P05", "created_at": "2026-11-22T03:00:00Z", "body": "{}"}
    verdict = {"id": LETTER, "fate": None, "problem": "UnknownEventError"}
    body = {"status": "cancelling", "documents": [LETTER], "items": [letter | verdict], **letter}
    return Asked(monkeypatch, steer, dead_letters, answer=body)


def test_cancel_says_how_the_batch_is_now(asked: Asked):
    assert "cancelling" in asked.run("cancel", BATCH)
    assert asked.requests == [("POST", f"/api/batches/{BATCH}/cancel", None)]


def test_retry_sends_only_what_was_said(asked: Asked, tmp_path: Path):
    schema = tmp_path / "schema.json"
    schema.write_text('{"type": "object"}')
    asked.run("retry", BATCH)
    asked.run("retry", BATCH, "--prompt", "Only totals.", "--schema", str(schema), "--document", LETTER)
    assert [body for _, _, body in asked.requests] == [
        {},
        {"prompt": "Only totals.", "json_schema": {"type": "object"}, "document_ids": [LETTER]},
    ]


def test_delete_asks_first(asked: Asked):
    refused = CliRunner().invoke(new_app(), ["delete", BATCH], input="n\n")
    assert (refused.exit_code, asked.requests) == (1, [])
    asked.run("delete", BATCH, "--yes")
    assert asked.requests == [("DELETE", f"/api/batches/{BATCH}", None)]


def test_dead_letters_of_one_service_are_listed(asked: Asked):
    output = asked.run("dead-letters", "list", "extractor")
    assert LETTER in output
    assert asked.requests[0][1] == "/api/dead-letters/extractor"


def test_a_redrive_is_a_dry_run_until_it_is_meant(asked: Asked):
    said = asked.run("dead-letters", "redrive", "extractor")
    asked.run("dead-letters", "redrive", "extractor", LETTER, "--yes")
    assert "Nothing was changed" in said
    assert "UnknownEventError" in said
    assert [body for _, _, body in asked.requests] == [
        {"ids": None, "dry_run": True},
        {"ids": [LETTER], "dry_run": False},
    ]


def test_letters_that_a_redrive_did_not_come_to_are_counted(monkeypatch: pytest.MonkeyPatch):
    items = [{"id": LETTER, "fate": "redriven", "problem": None}]
    asked = Asked(monkeypatch, dead_letters, answer={"items": items, "remaining": 234})

    assert "234 more" in asked.run("dead-letters", "redrive", "extractor", "--yes")


def test_a_letter_can_be_shown_and_dropped(asked: Asked):
    asked.run("dead-letters", "show", "ingest", LETTER)
    asked.run("dead-letters", "drop", "ingest", LETTER, "--yes")
    assert [path for _, path, _ in asked.requests] == [
        f"/api/dead-letters/ingest/{LETTER}",
        "/api/dead-letters/ingest/drop",
    ]
