"""What is said of the time a batch will take."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from services.aggregator.eta import OpenBatch, Prospect, prospect_of, prospects, rate_of
from shared.vocabulary import Priority

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(hours=1)


def a_batch(documents: int, priority: Priority = Priority.NORMAL) -> OpenBatch:
    return OpenBatch(uuid4(), priority, documents, LONG_AGO)


def one_every(seconds: float, *, times: int = 20, last: datetime = NOW) -> list[datetime]:
    """When documents ended, the latest first."""
    return [last - timedelta(seconds=seconds * back) for back in range(times)]


def of(batch: OpenBatch, *others: OpenBatch, ended: Sequence[datetime]) -> Prospect:
    found: dict[UUID, Prospect] = prospects([batch, *others], ended, now=NOW)
    return found[batch.batch_id]


def test_a_batch_alone_takes_its_documents_over_the_pace():
    assert of(a_batch(30), ended=one_every(2)) == Prospect(1, 60)


def test_a_small_batch_is_not_behind_all_of_a_large_one():
    small, large = a_batch(3), a_batch(5000)

    assert of(small, large, ended=one_every(2)) == Prospect(1, 12)
    assert of(large, small, ended=one_every(2)) == Prospect(2, 10020)


def test_a_batch_of_high_priority_takes_four_turns_of_five():
    assert of(a_batch(16, Priority.HIGH), a_batch(100), ended=one_every(1)) == Prospect(1, 20)


def test_nothing_is_said_before_a_few_documents_have_ended():
    assert of(a_batch(10), ended=one_every(2, times=4)) == Prospect(1, None)


def test_idle_times_are_no_part_of_the_pace():
    earlier = one_every(1, last=NOW - timedelta(hours=5))

    assert rate_of(earlier, busy_since=NOW, now=NOW) == 1.0


def test_when_nothing_ends_any_more_the_pace_falls():
    stalled = one_every(1, last=NOW - timedelta(seconds=60), times=21)

    assert rate_of(stalled, busy_since=LONG_AGO, now=NOW) == 20 / 80


def test_no_batch_is_done_in_no_time():
    assert of(a_batch(1), ended=one_every(0.001)) == Prospect(1, 1)


def test_a_batch_that_is_not_handed_in_yet_is_told_the_time_it_will_take_beside_the_open_ones():
    newcomer = a_batch(600)._replace(created_at=NOW)

    assert prospect_of(newcomer, [], one_every(2)) == Prospect(1, 1200)
    assert prospect_of(newcomer, [a_batch(50)], one_every(2)) == Prospect(2, 1320)
