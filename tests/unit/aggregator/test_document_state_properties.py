"""The fold of a document's news, for any order and any duplicates."""

from dataclasses import asdict

from hypothesis import given
from hypothesis import strategies as st

from services.aggregator.document_state import DocumentState
from shared.cloudevent import Event
from tests.unit.aggregator.document_story import STORY, after


@given(st.permutations(STORY), st.lists(st.sampled_from(STORY), max_size=4))
def test_any_order_with_any_duplicates_gives_the_same_row(order: list[Event], again: list[Event]):
    assert asdict(after(again + order)) == asdict(after(STORY))


@given(st.permutations(STORY))
def test_a_document_counts_once_at_any_time(order: list[Event]):
    states = [after(order[: end + 1]) for end in range(len(order))]

    assert all(_places(state) == 1 for state in states)


def _places(state: DocumentState) -> int:
    counts = state.counts()
    return sum(counts[name] for name in ("queued", "in_progress", "completed", "failed", "cancelled"))
