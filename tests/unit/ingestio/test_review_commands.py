"""Review and single documents from the command line: what is asked of the server."""

import pytest
from typer.testing import CliRunner

from ingestio.__main__ import new_app
from ingestio.commands import documents, review
from shared.results import Citation, FieldEvidence
from tests.makers import a_result
from tests.unit.ingestio.asked import Asked

DOCUMENT = "00000000-0000-4000-8000-000000000001"
BATCH = "00000000-0000-4000-8000-000000000002"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    citation = Citation(page=1, text="12.50", bbox=(0.1, 0.1, 0.2, 0.2))
    fields = {"total": FieldEvidence(confidence=0.25, citations=(citation,), warnings=("total_mismatch",))}
    read = {"document_id": DOCUMENT, "generation": 2, "version": 3, "file_name": "a.pdf"}
    body = {"result": a_result(fields=fields).model_dump(mode="json"), "status": "cancelling", "batch_id": BATCH}
    item = {"id": DOCUMENT, "file_name": "a.pdf", "status": "completed", "needs_review": True, "warnings_count": 2}
    return Asked(monkeypatch, documents, review, answer={"items": [item], "next_cursor": None, **read, **body})


def test_what_waits_for_a_person_is_listed(asked: Asked):
    assert "a.pdf" in asked.run("review", "list")
    asked.run("review", "list", BATCH)

    assert [target for _, target, _ in asked.requests] == [
        "/api/documents?needs_review=true&status=completed",
        f"/api/batches/{BATCH}/documents?needs_review=true&status=completed",
    ]


def test_a_result_is_shown_with_how_sure_it_is(asked: Asked):
    shown = asked.run("review", "show", DOCUMENT)

    assert all(text in shown for text in ("a.pdf, version 3", "12.50", "25%", "total_mismatch"))


def test_approval_names_the_version_and_sends_corrections(asked: Asked):
    asked.run("review", "approve", DOCUMENT, "--set", "total=13.5", "--set", "vendor=Ada Ltd")

    assert asked.requests[-1] == (
        "POST",
        f"/api/documents/{DOCUMENT}/review",
        {
            "generation": 2,
            "version": 3,
            "edits": [{"path": "total", "value": 13.5}, {"path": "vendor", "value": "Ada Ltd"}],
            "approve": True,
        },
    )


def test_a_correction_without_a_value_is_not_sent(asked: Asked):
    result = CliRunner().invoke(new_app(), ["review", "approve", DOCUMENT, "--set", "total"])

    assert result.exit_code == 1
    assert "POST" not in [method for method, _, _ in asked.requests]


def test_a_single_document_is_steered(asked: Asked):
    assert "cancelling" in asked.run("documents", "cancel", DOCUMENT)
    assert BATCH in asked.run("documents", "retry", DOCUMENT, "--prompt", "Only totals.")
    asked.run("documents", "delete", DOCUMENT, "--yes")

    assert asked.requests == [
        ("POST", f"/api/documents/{DOCUMENT}/cancel", None),
        ("POST", f"/api/documents/{DOCUMENT}/retry", {"prompt": "Only totals."}),
        ("DELETE", f"/api/documents/{DOCUMENT}", None),
    ]


def test_deleting_asks_first(asked: Asked):
    CliRunner().invoke(new_app(), ["documents", "delete", DOCUMENT], input="n\n")

    assert asked.requests == []
