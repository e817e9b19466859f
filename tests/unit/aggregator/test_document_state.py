"""The fold of a document's news: whatever the order, whatever comes twice, the same row comes out."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

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


@given(st.permutations(STORY), st.lists(st.sampled_from(STORY), max_size=4))
def test_any_order_with_any_duplicates_gives_the_same_row(order: list[Event], again: list[Event]):
    assert asdict(after(again + order)) == asdict(after(STORY))


def test_the_row_tells_the_furthest_news_of_the_latest_generation():
    state = after(STORY)

    assert (state.status, state.generation, state.version, state.needs_review) == ("completed", 2, 2, False)
    assert (state.document_type, state.error, state.position) == ("invoice", None, 0)


def test_what_comes_late_does_not_reopen_a_document():
    state = after([STORY[3], STORY[1], STORY[2]])

    assert (state.status, state.finished_at) == ("failed", STORY[3].time)
    assert state.document_type == "letter", "what it was classified as is still worth knowing"


def test_a_new_generation_reopens_it():
    state = after(STORY[:5])

    assert (state.status, state.error, state.finished_at, state.document_type) == ("uploaded", None, None, None)


@given(st.permutations(STORY))
def test_a_document_counts_once_at_any_time(order: list[Event]):
    states = [after(order[: end + 1]) for end in range(len(order))]

    assert all(_places(state) == 1 for state in states)


def _places(state: DocumentState) -> int:
    counts = state.counts()
    return sum(counts[name] for name in ("queued", "in_progress", "completed", "failed", "cancelled"))
