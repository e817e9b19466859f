"""What a worker tells of its jobs."""

from collections import Counter
from collections.abc import Collection, Sequence
from uuid import UUID

from shared.jobs import Job, Outcome
from shared.metrics import JOB_WAIT, JOBS, JOBS_CLAIMED, WORKER_SLOTS


def count_claimed(queue: str, jobs: Sequence[Job]) -> None:
    """Attempts begin; of a first one also how long the job has waited."""
    JOBS_CLAIMED.labels(queue).inc(len(jobs))
    for job in jobs:
        if job.attempts == 1:
            JOB_WAIT.labels(queue).observe(job.waited)


def count_ended(queue: str, outcomes: Sequence[Outcome], *, held: Collection[tuple[UUID, int]]) -> None:
    """Attempts are written down, except those whose lease did not hold."""
    words = Counter(outcome.word if outcome.job.key in held else "lease_lost" for outcome in outcomes)
    for word, number in words.items():
        JOBS.labels(queue, word).inc(number)


def tell_slots(queue: str, *, busy: int, slots: int) -> None:
    WORKER_SLOTS.labels(queue, "busy").set(busy)
    WORKER_SLOTS.labels(queue, "free").set(max(slots - busy, 0))
