"""All that can happen to a document, as the events that tell of it, and the state they leave behind."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.aggregator.document_state import DocumentState
from services.aggregator.news import news_of
from shared.cloudevent import Event
from tests import makers

DOCUMENT = UUID(int=2)
FILE = makers.a_batch_file(document_id=DOCUMENT, custom_id="c-7")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def about(second: int, generation: int, **said: Any) -> dict[str, Any]:
    time = NOON + timedelta(seconds=second)
    return {"batch_id": UUID(int=1), "generation": generation, "time": time} | said


def of_document(second: int, generation: int = 1, **said: Any) -> dict[str, Any]:
    return about(second, generation, document_id=DOCUMENT, file_name="invoice.pdf", **said)


STORY: list[Event] = [
    makers.a_batch_created(**about(0, 1)).model_copy(update={"files": (FILE,)}),
    makers.a_document_uploaded(**of_document(1, custom_id="c-7")),
    makers.a_document_classified(**of_document(2, custom_id="c-7", document_type="letter", needs_review=True)),
    makers.a_document_failed(**of_document(3)),
    makers.a_batch_retried(**about(4, 2, documents=(DOCUMENT,))),
    makers.a_document_classified(**of_document(5, 2, custom_id="c-7")),
    makers.a_document_extracted(**of_document(6, 2, custom_id="c-7", needs_review=True)),
    makers.a_document_extracted(**of_document(7, 2, custom_id="c-7", version=2)),
]


def after(events: list[Event]) -> DocumentState:
    news = [item for event in events for item in news_of(event)]
    state = DocumentState.first_heard_in(news[0])
    for item in news:
        state.hear(item)
    return state
