"""Recipients and mails as a tenant's own requests read and write them, under row-level security."""

import secrets
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, select, update

from services.notifier.mail_views import Mail, Recipient, RecipientChange
from services.notifier.mails import job_of
from services.notifier.tables import mail_recipients, mails
from shared.db import Transaction, rows
from shared.jobs import enqueue

_LATEST = 50
_TEST = ["If you can read this, mail from IngestIO reaches you."]

_UNSUBSCRIBE = (
    "UPDATE mail_recipients SET enabled = false WHERE unsubscribe_key = $1 RETURNING tenant_id, recipient_id, address"
)


async def read_recipients(tx: Transaction, recipient_id: UUID | None = None) -> list[Recipient]:
    """All of the tenant's, or the one; the oldest first."""
    wanted = [mail_recipients.c.recipient_id == recipient_id] if recipient_id else []
    ordered = select(mail_recipients).where(*wanted).order_by(mail_recipients.c.created_at)
    return [_recipient(row) for row in await tx.execute(ordered)]


async def add_recipient(tx: Transaction, values: dict[str, Any]) -> Recipient:
    row = values | {"recipient_id": uuid4(), "unsubscribe_key": secrets.token_urlsafe(24)}
    return _recipient((await tx.execute(insert(mail_recipients).values(row).returning(mail_recipients))).one())


async def change_recipient(tx: Transaction, recipient_id: UUID, change: RecipientChange) -> Recipient:
    values = change.model_dump(exclude_none=True)
    if values:
        chosen = mail_recipients.c.recipient_id == recipient_id
        await tx.execute(update(mail_recipients).where(chosen).values(values))
    return (await read_recipients(tx, recipient_id))[0]


async def remove_recipient(tx: Transaction, recipient_id: UUID) -> None:
    """The mails go with it; jobs that still wait find nothing to send."""
    await tx.execute(delete(mail_recipients).where(mail_recipients.c.recipient_id == recipient_id))


async def read_mails(tx: Transaction, recipient_id: UUID) -> list[Mail]:
    """The latest, newest first."""
    ordered = select(mails).where(mails.c.recipient_id == recipient_id).order_by(mails.c.created_at.desc())
    return [_mail(row) for row in await tx.execute(ordered.limit(_LATEST))]


async def plan_test(tx: Transaction, tenant_id: UUID, recipient_id: UUID) -> Mail:
    """A mail that tells of nothing."""
    row: dict[str, Any] = {
        "tenant_id": tenant_id,
        "mail_id": uuid4(),
        "recipient_id": recipient_id,
        "event_id": uuid4(),
    }
    row |= {"type": "mail.test", "subject": "A test", "lines": _TEST, "path": "/"}
    added = (await tx.execute(insert(mails).values(row).returning(mails))).one()
    await enqueue(tx, [job_of(row)])
    return _mail(added)


async def unsubscribe(tx: Transaction, key: str) -> Any:
    """Whose mail it was, or None; the transaction is the worker's, since whoever clicks is not signed in."""
    found = await rows(tx, _UNSUBSCRIBE, key)
    return found[0] if found else None


def _recipient(row: Any) -> Recipient:
    shown = {name: getattr(row, name) for name in ("address", "events", "enabled", "created_by", "created_at")}
    return Recipient(id=row.recipient_id, **shown)


def _mail(row: Any) -> Mail:
    shown = {name: getattr(row, name) for name in ("type", "subject", "created_at", "sent_at", "error")}
    return Mail(id=row.mail_id, **shown)
