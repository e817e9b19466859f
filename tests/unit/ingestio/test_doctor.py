"""The doctor's looks that need no stores: the machine, the model's server, the running system as its API says."""

from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from ingestio.doctor.findings import Finding, State
from ingestio.doctor.machine import look_at_disk, look_at_ocr_models, look_at_python, look_at_variables
from ingestio.doctor.model import look_at_model
from ingestio.doctor.server import look_at_server

MODEL = {"INGESTIO_MODEL": "small", "OPENAI_BASE_URL": "http://model/v1", "OPENAI_API_KEY": "sk-secret"}
Answer = Callable[[httpx2.Request], httpx2.Response]


def gone(_request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("refused")


def models(*names: str) -> Answer:
    return lambda _request: httpx2.Response(200, json={"data": [{"id": name} for name in names]})


@pytest.mark.parametrize(
    ("answer", "state", "said"),
    [
        (models("small", "large"), State.GOOD, "small is there"),
        (models("large"), State.PROBLEM, "does not know small"),
        (lambda _: httpx2.Response(401), State.PROBLEM, "refuses the key"),
        (lambda _: httpx2.Response(404), State.WARNING, "lists no models"),
        (lambda _: httpx2.Response(503), State.WARNING, "answers 503"),
        (lambda _: httpx2.Response(200, text="hello"), State.WARNING, "something else"),
        (gone, State.PROBLEM, "does not answer"),
    ],
)
async def test_a_model_is_asked_for_without_cost(answer: Answer, state: State, said: str):
    (found,) = await look_at_model(MODEL, transport=httpx2.MockTransport(answer))

    assert (found.state, said in found.says) == (state, True), found
    assert "sk-secret" not in found.model_dump_json()
    assert (found.advice != "") == (state is not State.GOOD)


async def test_no_model_is_as_good_as_one():
    (found,) = await look_at_model({})

    assert found.state is State.GOOD


def a_system(*, ready: dict[str, bool], token: str = "good", paused: str = "none") -> Answer:
    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/readyz":
            return httpx2.Response(200 if all(ready.values()) else 503, json=ready)
        if request.url.path == f"/api/queues/{paused}":
            return httpx2.Response(200, json={"queue": paused, "paused": True})
        return httpx2.Response(200 if request.headers.get("authorization") == f"Bearer {token}" else 401, json={})

    return answer


async def look(answer: Answer, token: str | None = "good") -> dict[str, Finding]:
    found = await look_at_server("http://door", token, transport=httpx2.MockTransport(answer))
    return {finding.part: finding for finding in found}


async def test_a_system_of_which_all_works_is_well():
    found = await look(a_system(ready={"ingest.broker": True, "exporter.database": True}))

    assert {finding.state for finding in found.values()} == {State.GOOD}


async def test_a_part_that_is_away_is_named_with_the_services_that_miss_it():
    found = await look(a_system(ready={"ingest.broker": False, "exporter.broker": False, "ingest.database": True}))

    assert found["server: broker"].says == "does not work for ingest, exporter"
    assert "disk" in found["server: broker"].advice


async def test_a_paused_queue_is_said_with_the_way_back():
    found = await look(a_system(ready={"ingest.broker": True}, paused="extractor"))

    assert {part for part, finding in found.items() if finding.state is not State.GOOD} == {"jobs of extractor"}
    assert "ingestio queues resume extractor" in found["jobs of extractor"].advice


async def test_a_token_that_is_not_known_is_said():
    found = await look(a_system(ready={"ingest.broker": True}), token="other")

    assert found["token"].state is State.PROBLEM
    assert "INGESTIO_TOKEN" in found["token"].advice


async def test_a_server_that_is_not_there_is_said():
    assert (await look(gone))["server"].state is State.PROBLEM


@pytest.mark.parametrize(("free", "state"), [(50e9, State.GOOD), (3e9, State.WARNING), (2e8, State.PROBLEM)])
def test_a_full_disk_is_found_before_the_broker_finds_it(tmp_path: Path, free: float, state: State):
    assert look_at_disk(tmp_path / "not/there/yet", free=free).state is state


def test_the_models_of_the_text_recogniser_are_there():
    assert look_at_ocr_models().state is State.GOOD


def test_an_old_python_is_said():
    assert look_at_python((3, 9)).state is State.PROBLEM


def test_a_misspelt_variable_is_found_and_the_right_one_named():
    (found,) = look_at_variables({"INGESTIO_MODLE": "secret", "PATH": "/bin"}, {"INGESTIO_MODEL"})

    assert (found.state, found.advice) == (State.WARNING, "Is it INGESTIO_MODEL that is meant?")
    assert "secret" not in found.model_dump_json()
