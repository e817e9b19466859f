"""When a batch will be done: how much comes before its end in the tenant's fair queue, over how fast the tenant's documents end.

The queue shares a tenant's turns among its batches by weight, so until a batch with `open` documents is done, each other
batch gets as many turns as its weight earns in that time, and no more than it has documents.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from shared.vocabulary import Priority

_WEIGHTS = {Priority.HIGH: 16, Priority.NORMAL: 4, Priority.LOW: 1}
_ENOUGH = 5
_IDLE = timedelta(seconds=60)
_STALLED = 3
_STEPS = ((20, 1), (120, 5), (1200, 30))  # up to so many seconds, shown in steps of so many


class OpenBatch(NamedTuple):
    """A batch that is not done; `open` are its documents that have not ended."""

    batch_id: UUID
    priority: Priority
    open: int
    created_at: datetime


class Prospect(NamedTuple):
    """`position` is 1 for the batch that will be done first; `seconds_left` is None while nothing can be said."""

    position: int
    seconds_left: int | None


def prospects(batches: Sequence[OpenBatch], ended: Sequence[datetime], *, now: datetime) -> dict[UUID, Prospect]:
    """What to expect for each of a tenant's open batches; `ended` is when its last documents ended, the latest first."""
    if not batches:
        return {}
    rate = rate_of(ended, busy_since=min(batch.created_at for batch in batches), now=now)
    first_done = sorted(batches, key=lambda batch: (_turns(batch), batch.created_at))
    return {
        batch.batch_id: Prospect(position, _rounded(_before_its_end(batch, batches) / rate) if rate else None)
        for position, batch in enumerate(first_done, 1)
    }


def prospect_of(newcomer: OpenBatch, batches: Sequence[OpenBatch], ended: Sequence[datetime]) -> Prospect:
    """What to expect of a batch that would be handed in beside the open ones, at its `created_at`."""
    return prospects([*batches, newcomer], ended, now=newcomer.created_at)[newcomer.batch_id]


def rate_of(ended: Sequence[datetime], *, busy_since: datetime, now: datetime) -> float | None:
    """Documents a second lately: since the tenant is busy, or else as it was before; None when too few have ended."""
    recent = [at for at in ended if at >= busy_since]
    if len(recent) >= _ENOUGH:
        gap = (recent[0] - recent[-1]) / (len(recent) - 1)
        silence = now - recent[0]
        if silence > gap * _STALLED:
            gap = (now - recent[-1]) / (len(recent) - 1)
        return 1 / max(gap.total_seconds(), 0.001)
    gaps = [later - earlier for later, earlier in pairwise(ended) if later - earlier < _IDLE]
    if len(gaps) < _ENOUGH:
        return None
    return len(gaps) / max(sum(gaps, timedelta()).total_seconds(), 0.001)


def _turns(batch: OpenBatch) -> float:
    return batch.open / _WEIGHTS[batch.priority]


def _before_its_end(batch: OpenBatch, batches: Iterable[OpenBatch]) -> float:
    return sum(min(other.open, _WEIGHTS[other.priority] * _turns(batch)) for other in batches)


def _rounded(seconds: float) -> int:
    """In steps that grow: nobody needs to know, and an answer that stays the same need not be sent again."""
    step = next((step for limit, step in _STEPS if seconds <= limit), 60)
    return max(round(seconds / step), 1) * step
