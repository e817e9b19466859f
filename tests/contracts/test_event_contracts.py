"""The events are a promise: their schemas only grow, and yesterday's events can be read tomorrow."""

import json
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from jsonschema import Draft202012Validator

from docs.events.publish import PAGE, page
from shared.asyncapi import asyncapi
from shared.cloudevent import Event
from shared.events import EVENTS, UnknownEventError, decode
from tests import makers

PUBLISHED = Path("docs/events")
EXAMPLES = Path("tests/contracts/examples")

MAKERS: dict[str, Callable[[], Event]] = {
    "batch.created": makers.a_batch_created,
    "document.uploaded": makers.a_document_uploaded,
    "document.classified": makers.a_document_classified,
    "document.extracted": makers.a_document_extracted,
    "document.reviewed": makers.a_document_reviewed,
    "document.failed": makers.a_document_failed,
    "document.cancelled": makers.a_document_cancelled,
    "batch.retried": makers.a_batch_retried,
    "batch.cancel_requested": makers.a_cancel_requested,
    "batch.updated": makers.a_batch_updated,
    "document.cancel_requested": makers.a_document_cancel_requested,
    "document.deleted": makers.a_document_deleted,
    "batch.deleted": makers.a_batch_deleted,
    "batch.missed": makers.a_batch_missed,
    "batch.completed": makers.a_batch_completed,
    "export.completed": makers.an_export_completed,
    "export.failed": makers.an_export_failed,
    "quota.warning": makers.a_quota_warning,
}

every_event = pytest.mark.parametrize("name", sorted(EVENTS))


@every_event
def test_the_published_schema_is_the_one_in_the_code(name: str):
    published = json.loads((PUBLISHED / f"{name}.json").read_text())

    assert EVENTS[name].model_json_schema(mode="serialization") == published, "run `python -m docs.events.publish`"


def test_the_published_asyncapi_document_is_the_one_in_the_code():
    assert asyncapi() == json.loads((PUBLISHED / "asyncapi.json").read_text()), "run `python -m docs.events.publish`"


def test_the_page_about_events_is_made_from_the_code():
    assert page() == PAGE.read_text(), "run `python -m docs.events.publish`"


@every_event
def test_an_event_fits_its_asyncapi_schema(name: str):
    document = asyncapi()
    schema = document["components"]["messages"][name]["payload"] | {"components": document["components"]}

    Draft202012Validator(schema).validate(json.loads(MAKERS[name]().to_bytes()))


@every_event
def test_an_event_of_the_first_release_is_still_read(name: str):
    event = decode((EXAMPLES / f"{name}.json").read_bytes())

    assert type(event) is EVENTS[name]


@every_event
def test_every_property_of_the_first_release_is_still_written(name: str):
    first = json.loads((EXAMPLES / f"{name}.json").read_text())["data"]
    now = EVENTS[name].model_json_schema(mode="serialization")["properties"]

    assert set(first) <= set(now)


@every_event
def test_an_event_survives_the_wire(name: str):
    event = MAKERS[name]()

    assert decode(event.to_bytes()) == event


@every_event
def test_an_event_is_a_cloudevent(name: str):
    envelope = json.loads(MAKERS[name]().to_bytes())

    assert envelope["specversion"] == "1.0"
    assert {"id", "source", "type", "subject", "time", "dataschema", "data"} <= set(envelope)
    assert all(key.isalnum() and key.islower() for key in envelope), "CloudEvents attribute names"


def test_unknown_fields_are_tolerated():
    envelope = json.loads(makers.a_document_cancelled().to_bytes())
    envelope["data"]["colour"] = "blue"
    envelope["newattribute"] = 1

    assert decode(json.dumps(envelope).encode()).type == "document.cancelled"


def test_the_same_fact_told_twice_has_the_same_id():
    event = makers.a_document_cancelled()
    again = event.model_copy(update={"causation_id": uuid4()})

    assert again.id == event.id


def test_another_generation_is_another_fact():
    event = makers.a_document_cancelled()

    assert event.model_copy(update={"generation": 2}).id != event.id


@pytest.mark.parametrize(
    "raw",
    [b"", b"\xff\x00", b"[]", b"{}", b'{"type": "no.such"}', b'{"type": "batch.created", "data": 1}', b"[" * 10_000],
)
def test_junk_is_refused_and_not_mistaken_for_an_event(raw: bytes):
    with pytest.raises(UnknownEventError):
        decode(raw)
