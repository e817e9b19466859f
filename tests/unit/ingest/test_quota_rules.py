"""What fits into a quota, and when its owner is warned."""

from datetime import UTC, datetime

import pytest

from services.ingest.quota import Quota, fitting, quota_exceeded
from services.ingest.settlement import levels_due
from tests.makers import a_quota_warning

QUOTA = Quota(
    limit=100,
    used=70,
    reserved=20,
    period_start=datetime(2026, 11, 1, tzinfo=UTC),
    resets_at=datetime(2026, 12, 1, tzinfo=UTC),
)


def test_files_fit_in_their_order_and_a_large_one_keeps_no_small_one_out():
    assert fitting([6, 5, 4, 1], 10) == [True, False, True, False]


def test_without_a_limit_everything_fits():
    assert fitting([10**9, 10**9], None) == [True, True]


@pytest.mark.parametrize(
    ("used", "limit", "warned", "due"),
    [
        (79, 100, 0, []),
        (80, 100, 0, [80]),
        (99, 100, 80, []),
        (100, 100, 80, [100]),
        (100, 100, 0, [80, 100]),
        (120, 100, 100, []),
        (5, 7, 0, []),
        (6, 7, 0, [80]),
        (10, None, 0, []),
        (0, 0, 0, []),
    ],
)
def test_a_level_is_due_once_it_is_reached_and_was_not_told(used: int, limit: int | None, warned: int, due: list[int]):
    assert levels_due(used, limit=limit, warned=warned) == due


def test_what_is_left_is_never_negative():
    assert QUOTA.model_copy(update={"limit": 50}).remaining == 0


def test_a_refusal_says_limit_used_reserved_and_when_it_ends():
    refusal = quota_exceeded(QUOTA, upgrade_hint="Ask Ada.")

    assert refusal.extra == {"limit": 100, "used": 70, "reserved": 20, "resets_at": "2026-12-01T00:00:00Z"}
    assert "01 December 2026. Ask Ada." in refusal.detail


def test_a_warning_is_the_same_fact_whichever_batch_brought_it_and_another_one_each_month_and_level():
    warning = a_quota_warning()
    later = datetime(2026, 12, 1, tzinfo=UTC)

    assert a_quota_warning(generation=1, used=81).id == warning.id
    assert len({warning.id, a_quota_warning(level=100).id, a_quota_warning(period_start=later).id}) == 3
