"""The fold of a document's news: whatever the order, whatever comes twice, the same row comes out."""

from tests.unit.aggregator.document_story import STORY, after


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
