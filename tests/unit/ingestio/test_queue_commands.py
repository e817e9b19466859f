"""Queues from the command line: what is asked of the server, and what is shown of its answer."""

import json

import pytest
from typer.testing import CliRunner

from ingestio.__main__ import new_app
from ingestio.answers import QueueName
from ingestio.commands import queues
from tests.unit.ingestio.asked import Asked

PATH = "/api/queues/extractor"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    bounds = {"slots": 8, "usual_slots": 64, "retries": None, "usual_retries": 3}
    body = {"queue": "extractor", "paused": True, "ready": 1203, "running": 5, "changed_by": "olga"}
    return Asked(monkeypatch, queues, answer=body | bounds)


def test_all_queues_are_listed_as_they_are_set(asked: Asked):
    output = asked.run("queues", "list")

    assert [path for _, path, _ in asked.requests] == [f"/api/queues/{name}" for name in QueueName]
    assert all(said in output for said in ("paused", "8 (usual: 64)", "1203", "olga"))


def test_programs_read_the_same(asked: Asked):
    listed = json.loads(asked.run("queues", "list", "--json"))

    assert [(queue["paused"], queue["slots"], queue["retries"]) for queue in listed] == [(True, 8, None)] * 4


def test_a_queue_is_paused_and_goes_on(asked: Asked):
    asked.run("queues", "pause", "extractor")
    asked.run("queues", "resume", "extractor")

    assert asked.requests == [("PATCH", PATH, {"paused": True}), ("PATCH", PATH, {"paused": False})]


def test_only_what_was_said_is_set_and_usual_takes_it_back(asked: Asked):
    asked.run("queues", "set", "extractor", "--slots", "8")
    asked.run("queues", "set", "extractor", "--slots", "usual", "--retries", "0")

    assert [body for _, _, body in asked.requests] == [{"slots": 8}, {"slots": None, "retries": 0}]


@pytest.mark.parametrize("arguments", [("pause", "ingest"), ("set", "extractor", "--slots", "many")])
def test_what_is_no_queue_or_no_number_is_refused_before_anything_is_asked(asked: Asked, arguments: tuple[str, ...]):
    refused = CliRunner().invoke(new_app(), ["queues", *arguments])

    assert (refused.exit_code, asked.requests) == (2, [])
