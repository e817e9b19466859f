"""One attempt at a delivery: sign, send, and decide by the answer what comes next."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import structlog

from services.notifier.sealing import Seal
from services.notifier.sending import Answer, Sender, SendError
from services.notifier.signing import signed_headers
from services.notifier.tables import attempts
from services.notifier.turns import Busy, Turns
from shared.db import Database, rows, run_sql
from shared.jobs import Job, Outcome
from shared.metrics import WEBHOOK_DELIVERIES, WEBHOOK_SECONDS
from shared.retries import Retries

log = structlog.get_logger()

_MINUTE, _HOUR = 60.0, 3600.0
# After Svix: quick at first, then over three days. A death of our own worker is never the end of a delivery.
RETRIES = Retries(
    delays=(5, 5 * _MINUTE, 30 * _MINUTE, 2 * _HOUR, 5 * _HOUR, 10 * _HOUR, 14 * _HOUR, 20 * _HOUR, 24 * _HOUR),
    max_crashes=1000,
    suspects=False,
    jitter=0.1,
)
GONE = 410

_LOAD = """
SELECT d.event_id, d.body, w.webhook_id, w.url, w.secret, w.disabled_at IS NOT NULL AS disabled,
  CASE WHEN w.previous_until > now() THEN w.previous_secret END AS previous_secret
FROM deliveries d JOIN webhooks w USING (tenant_id, webhook_id)
WHERE d.tenant_id = $1 AND d.delivery_id = $2
  AND NOT EXISTS (SELECT FROM jobs j WHERE j.subject = d.delivery_id AND j.generation > $3)
"""


@dataclass(frozen=True)
class Attempt:
    """What came of one request; `status` is None when no answer came."""

    at: datetime
    milliseconds: int
    status: int | None
    error: str | None
    answer: str = ""

    @property
    def delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def word(self) -> str:
        """For metrics."""
        return "unreachable" if self.status is None else "delivered" if self.delivered else "refused"

    def row_of(self, job: Job) -> dict[str, Any]:
        named = {"tenant_id": job.tenant_id, "delivery_id": job.subject, "generation": job.generation}
        return named | {"number": job.attempts} | vars(self)


async def deliver(job: Job, *, db: Database, sender: Sender, turns: Turns, seal: Seal) -> Outcome:
    """Run one job. A crash repeats it with the same id, and the attempt is logged with the job's outcome."""
    async with db.transaction() as tx:
        found = await rows(tx, _LOAD, job.tenant_id, *job.key)
    if not found:
        return Outcome(job, "done")  # the endpoint was deleted, or a replay took over
    if found[0].disabled:
        attempt = Attempt(datetime.now(UTC), 0, None, "webhook_disabled")
        return Outcome(job, "failed", rows=[(attempts, attempt.row_of(job))])
    try:
        async with turns.at(found[0].webhook_id):
            attempt = await _try(found[0], sender, seal)
    except Busy as busy:
        return Outcome(job, "delayed", delay=busy.seconds, throttled=True)
    log.info("webhook_sent", webhook=str(found[0].webhook_id), status=attempt.status, error=attempt.error)
    if attempt.status == GONE:
        await _disable(db, job.tenant_id, found[0].webhook_id)
    return _outcome(job, attempt)


async def _try(delivery: Any, sender: Sender, seal: Seal) -> Attempt:
    valid = [seal.open(secret) for secret in (delivery.secret, delivery.previous_secret) if secret]
    at, began, body = datetime.now(UTC), time.monotonic(), delivery.body.encode()
    headers = signed_headers(str(delivery.event_id), body, secrets_=valid, now=at)
    headers |= {"content-type": "application/json", "user-agent": "IngestIO-Webhooks/1", "accept": "*/*"}
    try:
        answer, error = await sender.post(delivery.url, headers=headers, body=body), None
    except SendError as problem:
        answer, error = None, problem.code
    attempt = _attempt(at, round((time.monotonic() - began) * 1000), answer, error)
    WEBHOOK_SECONDS.observe(attempt.milliseconds / 1000)
    WEBHOOK_DELIVERIES.labels(attempt.word).inc()
    return attempt


def _attempt(at: datetime, milliseconds: int, answer: Answer | None, error: str | None) -> Attempt:
    if answer is None:
        return Attempt(at, milliseconds, None, error)
    refused = None if answer.status < 300 else "redirected" if answer.status < 400 else "refused"
    return Attempt(at, milliseconds, answer.status, refused, answer.excerpt)


def _outcome(job: Job, attempt: Attempt) -> Outcome:
    """Delivered, given up, or tried again later if it may be."""
    logged = [(attempts, attempt.row_of(job))]
    if attempt.delivered:
        return Outcome(job, "done", rows=logged)
    if attempt.status == GONE:
        return Outcome(job, "failed", rows=logged)
    return Outcome(job, "delayed", rows=logged, delay=RETRIES.wait(job.attempts))


async def _disable(db: Database, tenant_id: UUID, webhook_id: UUID) -> None:
    async with db.transaction() as tx:
        await run_sql(
            tx,
            "UPDATE webhooks SET disabled_at = now(), disabled_reason = 'The receiver answered 410 Gone.'"
            " WHERE tenant_id = $1 AND webhook_id = $2 AND disabled_at IS NULL",
            tenant_id,
            webhook_id,
        )
