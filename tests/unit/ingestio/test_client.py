"""The client against a small server: what it sends, how it repeats, and what it says in trouble."""

import time
from pathlib import Path

import httpx2
import pytest

from ingestio.client import Client, TroubleError
from tests.unit.ingestio.fake_server import BATCH, EXPORT, GOOD, FakeServer


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "good.pdf"
    path.write_bytes(b"%PDF-1.7 and so on")
    return path


def test_a_batch_carries_its_files_and_its_fields_and_leaves_out_what_is_empty(file: Path):
    server = FakeServer()
    with server.client() as client:
        submitted = client.submit(
            [file, file], fields={"name": "June", "prompt": "", "json_schema": {"type": "object"}}
        )
    body = server.bodies[0]
    assert body.count(b"%PDF-1.7 and so on") == 2
    assert b'name="name"\r\n\r\nJune' in body
    assert b'{"type": "object"}' in body
    assert b'name="prompt"' not in body
    assert [file.file_name for file in submitted.accepted] == ["good.pdf"]


def test_the_list_can_be_of_some_statuses_and_of_what_a_search_finds():
    server = FakeServer()
    server.failing = [httpx2.Response(200, json={"items": []})] * 2
    with server.client() as client:
        client.batches(limit=5, status=["failed", "cancelled"], q="june")
        client.batches(limit=5)
    assert [request.url.query for request in server.requests] == [
        b"limit=5&status=failed&status=cancelled&q=june",
        b"limit=5",
    ]


def test_a_batch_without_a_good_file_is_an_answer_and_no_trouble(file: Path):
    with FakeServer(refuse_all=True).client() as client:
        submitted = client.submit([file], fields={})
    assert submitted.accepted == ()
    assert submitted.files[0].error
    assert submitted.files[0].error.advice == "Print it to a new PDF."


def test_a_form_the_server_does_not_want_is_trouble_in_the_servers_words(file: Path):
    server = FakeServer()
    server.failing = [httpx2.Response(422, json={"detail": "priority: unknown"})]
    with server.client() as client, pytest.raises(TroubleError, match="priority: unknown"):
        client.submit([file], fields={"priority": "x"})


def test_a_repeated_submission_sends_the_whole_file_again_under_the_same_key(file: Path):
    server = FakeServer()
    server.failing = [httpx2.Response(503, headers={"retry-after": "1"})]
    with server.client() as client:
        client.submit([file], fields={})
    assert [body.count(b"%PDF-1.7") for body in server.bodies] == [1, 1]
    assert len({request.headers["idempotency-key"] for request in server.requests}) == 1


def test_results_are_read_to_the_last_page():
    with FakeServer().client() as client:
        assert [result.document_id for result in client.results(BATCH)] == [GOOD]


def test_a_server_that_never_answered_is_trouble_at_once():
    asked = []

    def nobody(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        raise httpx2.ConnectError("refused")

    client = Client("http://server", "t", transport=httpx2.MockTransport(nobody))
    with client, pytest.raises(TroubleError, match="ingestio up"):
        client.batch(BATCH)
    assert len(asked) == 1


def test_a_server_that_restarts_is_asked_again():
    server = FakeServer()
    away = [httpx2.ConnectError("refused"), httpx2.ReadError("cut off")]

    def restarting(request: httpx2.Request) -> httpx2.Response:
        if server.requests and away:
            raise away.pop()
        return server(request)

    with Client("http://server", "t", transport=httpx2.MockTransport(restarting)) as client:
        client.batch(BATCH)
        assert client.batch(BATCH).ended


def test_a_wrong_token_says_where_to_put_the_right_one():
    server = FakeServer()
    server.failing = [httpx2.Response(401, json={"detail": "This token is unknown."})]
    with server.client() as client, pytest.raises(TroubleError, match="INGESTIO_TOKEN"):
        client.batch(BATCH)


def test_trouble_on_the_servers_side_names_the_request():
    server = FakeServer()
    server.failing = [httpx2.Response(500, json={"detail": "Something went wrong.", "request_id": "abc"})]
    with server.client() as client, pytest.raises(TroubleError, match="request abc"):
        client.batch(BATCH)


def test_a_download_is_written_whole(tmp_path: Path):
    target = tmp_path / "new" / "rows.csv"
    with FakeServer().client() as client:
        client.download(EXPORT, target)
    assert target.read_bytes() == b"a,b\n1,2\n"


def test_a_failed_download_leaves_no_file(tmp_path: Path):
    server = FakeServer()
    server.failing = [httpx2.Response(404, json={"detail": "There is no such export."})]
    with server.client() as client, pytest.raises(TroubleError, match="no such export"):
        client.download(EXPORT, tmp_path / "rows.csv")
    assert list(tmp_path.iterdir()) == []
