"""Events become mails: a row and a job for each recipient who wants the event, once, however often it is heard."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.dialects.postgresql import insert

from services.notifier.mail_texts import MailText, text_of
from services.notifier.tables import mails
from shared.cloudevent import Event
from shared.db import Transaction, rows
from shared.jobs import NewJob, enqueue
from shared.vocabulary import Priority

MAIL = b"mail"  # what the job of a mail is about; that of a webhook's delivery is about nothing

_WHO_WANTS = """
SELECT tenant_id, recipient_id, events FROM mail_recipients
WHERE tenant_id = ANY($1::uuid[]) AND events && $2::text[] AND enabled
"""


async def plan_mails(events: Sequence[Event], *, tx: Transaction) -> None:
    """In the transaction that takes the events in, so none is lost and none is doubled."""
    tenants, types = {event.tenant_id for event in events}, {event.type for event in events}
    recipients = await rows(tx, _WHO_WANTS, list(tenants), list(types))
    planned = [
        mail_of(event, text, recipient.recipient_id)
        for event in events
        if (text := text_of(event))
        for recipient in recipients
        if recipient.tenant_id == event.tenant_id and event.type in recipient.events
    ]
    if planned:
        await tx.execute(insert(mails).on_conflict_do_nothing(), planned)
        await enqueue(tx, [job_of(mail) for mail in planned])


def mail_of(event: Event, text: MailText, recipient_id: UUID) -> dict[str, Any]:
    """The row of a mail. Its id follows from the event's and the recipient's: one mail a generation."""
    named = {"tenant_id": event.tenant_id, "mail_id": uuid5(recipient_id, str(event.id)), "recipient_id": recipient_id}
    return named | {"batch_id": event.batch_id, "event_id": event.id, "type": event.type} | text._asdict()


def job_of(mail: dict[str, Any]) -> NewJob:
    """A job that sends it. Recipients take the place of batches: they share fairly."""
    return NewJob(mail["tenant_id"], mail["recipient_id"], mail["mail_id"], 1, Priority.NORMAL, MAIL)
