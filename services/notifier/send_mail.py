"""One attempt at a mail. A mail server that is away delays it, however long; one that refuses it for good ends it."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import aiosmtplib
import structlog

from services.notifier.deliver import RETRIES
from services.notifier.mail_server import MailServer
from services.notifier.mail_texts import message_of
from services.notifier.turns import Busy, Turns
from shared.db import Database, rows, run_sql
from shared.jobs import Job, Outcome
from shared.metrics import MAILS
from shared.retries import jittered

log = structlog.get_logger()

_AWAY_SECONDS = 60.0
_THE_SERVER = UUID(int=1)  # there is one mail server, so there is one line before it

_LOAD = """
SELECT m.mail_id, m.subject, m.lines, m.path, m.created_at, m.sent_at, r.address, r.enabled, r.unsubscribe_key
FROM mails m JOIN mail_recipients r USING (tenant_id, recipient_id) WHERE m.tenant_id = $1 AND m.mail_id = $2
"""
_NOTE = "UPDATE mails SET sent_at = $3, error = $4 WHERE tenant_id = $1 AND mail_id = $2"


async def send_mail(job: Job, *, db: Database, server: MailServer | None, turns: Turns) -> Outcome:
    """Run one job. A crash repeats it: the same mail, under the same Message-ID."""
    async with db.transaction() as tx:
        found = await rows(tx, _LOAD, job.tenant_id, job.subject)
    if not found or not found[0].enabled or found[0].sent_at:
        return Outcome(job, "done")  # nobody wants it any more, or it was sent just before a crash
    if server is None:
        return Outcome(job, "delayed", delay=_AWAY_SECONDS * 10, throttled=True)
    try:
        async with turns.at(_THE_SERVER):
            await server.send(message_of(found[0], sender=server.sender, public_url=server.public_url))
    except Busy as busy:
        return Outcome(job, "delayed", delay=busy.seconds, throttled=True)
    except aiosmtplib.SMTPException as problem:
        return await _after(problem, job, db)
    except OSError as problem:
        return await _after(aiosmtplib.SMTPConnectError(type(problem).__name__), job, db)
    MAILS.labels("sent").inc()
    log.info("mail_sent", mail=str(job.subject))
    await _note(db, job, datetime.now(UTC), None)
    return Outcome(job, "done")


async def _after(problem: aiosmtplib.SMTPException, job: Job, db: Database) -> Outcome:
    code, said = _answer(problem)
    MAILS.labels("unreachable" if code is None else "refused").inc()
    log.warning("mail_not_sent", mail=str(job.subject), code=code, error=type(problem).__name__)
    await _note(db, job, None, said)
    if code is None or isinstance(problem, aiosmtplib.SMTPConnectError | aiosmtplib.SMTPAuthenticationError):
        return Outcome(job, "delayed", delay=jittered(_AWAY_SECONDS), throttled=True)
    if code >= 500:
        return Outcome(job, "failed")
    return Outcome(job, "delayed", delay=RETRIES.wait(job.attempts))


def _answer(problem: Any) -> tuple[int | None, str]:
    """The server's code and words; no code when it did not answer."""
    refused = problem.recipients[0] if isinstance(problem, aiosmtplib.SMTPRecipientsRefused) else problem
    code = getattr(refused, "code", None)
    return code, f"{code or ''} {refused.message}".strip()[:500]


async def _note(db: Database, job: Job, sent_at: datetime | None, error: str | None) -> None:
    """At once, in a transaction of its own: what is noted as sent is not sent again."""
    with suppress(TimeoutError):
        async with db.transaction() as tx:
            await run_sql(tx, _NOTE, job.tenant_id, job.subject, sent_at, error)
