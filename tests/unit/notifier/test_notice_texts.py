"""What a notice says, and where a mail about it leads."""

import pytest

from services.notifier.event_texts import text_of_batch, text_of_export
from services.notifier.mail_texts import text_of
from shared.cloudevent import Event
from shared.vocabulary import BatchStatus
from tests.makers import a_batch_completed, an_export_completed, an_export_failed


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        (
            {"status": BatchStatus.COMPLETED, "total": 2, "completed": 2, "failed": 0, "needs_review": 0},
            "June is done: 2 of 2 completed.",
        ),
        (
            {"status": BatchStatus.PARTIALLY_COMPLETED, "total": 9, "completed": 7, "failed": 2, "needs_review": 1},
            "June is done in part: 7 of 9 completed, 2 failed, 1 to review.",
        ),
        (
            {
                "status": BatchStatus.CANCELLED,
                "total": 3,
                "completed": 0,
                "failed": 0,
                "cancelled": 3,
                "needs_review": 0,
            },
            "June was cancelled: 0 of 3 completed, 3 cancelled.",
        ),
    ],
)
def test_a_batch_is_told_in_one_line(counts: dict[str, object], text: str):
    assert text_of_batch(a_batch_completed(name="June", **counts)) == text


def test_an_export_is_told_with_its_rows():
    assert text_of_export(an_export_completed(format="csv", rows=12)) == "An export is ready: 12 rows as csv."


def test_an_export_that_failed_is_told_with_its_reason():
    assert text_of_export(an_export_failed()) == "An export could not be made: The batch is not known."


@pytest.mark.parametrize("event", [an_export_completed(), an_export_failed()])
def test_mail_about_an_export_leads_to_the_exports_since_it_need_not_be_of_one_batch(event: Event):
    told = text_of(event)

    assert told
    assert told.path == "/exports"
