"""Mail over HTTP: who gets it and about what, what was sent, and a way out for whoever had enough."""

from html import escape
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.exc import IntegrityError

from services.notifier.mail_store import (
    add_recipient,
    change_recipient,
    plan_test,
    read_mails,
    read_recipients,
    remove_recipient,
    unsubscribe,
)
from services.notifier.mail_views import Mail, MailList, NewRecipient, Recipient, RecipientChange, RecipientList
from shared.audit import record
from shared.auth import Caller, Identity, address_of
from shared.bell import Bell
from shared.db import Database, Transaction
from shared.http import ApiError, not_found
from shared.vocabulary import Role

_MOST = 50
_PAGE = "<!doctype html><html lang=en><meta charset=utf-8><title>IngestIO</title><body>{}"
_FORM = "<form method=post action='?key={}'><button>No more mail from IngestIO to this address</button></form>"
_HEADERS = {"cache-control": "no-store", "content-security-policy": "default-src 'none'; form-action 'self'"}


def mail_router(api_db: Database, *, db: Database, bell: Bell, configured: bool) -> APIRouter:
    """`db` serves those who are not signed in: they know the key in a mail."""
    routes = APIRouter(prefix="/api/mail", tags=["mail"])

    @routes.get("/recipients")
    async def list_recipients(caller: Caller) -> RecipientList:
        """Who gets mail about your batches."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            return RecipientList(configured=configured, items=await read_recipients(tx))

    @routes.post("/recipients", status_code=201)
    async def create(new: NewRecipient, caller: Caller) -> Recipient:
        """Add an address. Members add addresses too, and rule those they added."""
        if not configured:
            raise ApiError(409, "mail_not_configured", "This IngestIO has no mail server: INGESTIO_SMTP_URL names one.")
        values = new.model_dump() | {"tenant_id": caller.tenant_id, "created_by": caller.user}
        try:
            async with api_db.transaction(tenant=caller.tenant_id) as tx:
                if len(await read_recipients(tx)) >= _MOST:
                    raise ApiError(
                        409, "too_many_recipients", f"A tenant may have {_MOST} addresses. Remove one first."
                    )
                added = await add_recipient(tx, values)
                await _record(tx, caller, "create", added.id, events=added.events)
                return added
        except IntegrityError as error:
            raise ApiError(409, "known_address", "This address gets mail already: change that entry.") from error

    @routes.patch("/recipients/{recipient_id}")
    async def change(recipient_id: UUID, change: RecipientChange, caller: Caller) -> Recipient:
        """Change what it gets mail about, or switch it off and on."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            await _own(tx, recipient_id, caller)
            changed = await change_recipient(tx, recipient_id, change)
            told = change.model_dump(mode="json", exclude_none=True)
            await _record(tx, caller, "change", recipient_id, **told)
        return changed

    @routes.delete("/recipients/{recipient_id}", status_code=204)
    async def remove(recipient_id: UUID, caller: Caller) -> None:
        """Send it no more mail."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            await _own(tx, recipient_id, caller)
            await remove_recipient(tx, recipient_id)
            await _record(tx, caller, "delete", recipient_id)

    _add_mails(routes, api_db, bell)
    _add_way_out(routes, db)
    return routes


def _add_mails(routes: APIRouter, api_db: Database, bell: Bell) -> None:
    @routes.post("/recipients/{recipient_id}/test", status_code=202)
    async def send_test(recipient_id: UUID, caller: Caller) -> Mail:
        """Send a mail that tells of nothing, to see whether it arrives."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            await _own(tx, recipient_id, caller)
            planned = await plan_test(tx, caller.tenant_id, recipient_id)
            await _record(tx, caller, "test", recipient_id)
        bell.ring()
        return planned

    @routes.get("/recipients/{recipient_id}/mails")
    async def list_mails(recipient_id: UUID, caller: Caller) -> MailList:
        """The latest fifty and what became of them."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            await _own(tx, recipient_id, caller)
            return MailList(items=await read_mails(tx, recipient_id))


def _add_way_out(routes: APIRouter, db: Database) -> None:
    @routes.get("/unsubscribe", response_class=HTMLResponse)
    async def ask(key: Annotated[str, Query(max_length=100)]) -> HTMLResponse:
        """A page with one button: programs that look at every link of a mail change nothing."""
        return HTMLResponse(_PAGE.format(_FORM.format(escape(key))), headers=_HEADERS)

    @routes.post("/unsubscribe", response_class=HTMLResponse)
    async def leave(request: Request, key: Annotated[str, Query(max_length=100)]) -> HTMLResponse:
        """No more mail to the address of this key; also by the one click of RFC 8058."""
        async with db.transaction() as tx:
            left = await unsubscribe(tx, key)
            if left is None:
                raise not_found("subscription")
            reader = Identity(tenant_id=left.tenant_id, user=left.address, role="reader", address=address_of(request))
            await _record(tx, reader, "unsubscribe", left.recipient_id)
        return HTMLResponse(_PAGE.format(f"<p>{escape(left.address)} gets no more mail.</p>"), headers=_HEADERS)


async def _record(tx: Transaction, who: Identity, act: str, recipient_id: UUID, **about: Any) -> None:
    await record(tx, who, f"mail_recipient.{act}", None, {"recipient_id": str(recipient_id)} | about)


async def _own(tx: Transaction, recipient_id: UUID, caller: Identity) -> None:
    """Raises ApiError 404 for what is not there, 403 for what somebody else added, unless the caller is an admin."""
    found = await read_recipients(tx, recipient_id)
    if not found:
        raise not_found("recipient")
    if caller.role == Role.VIEWER or (caller.role == Role.MEMBER and found[0].created_by != caller.user):
        raise ApiError(403, "forbidden", "Only admins and whoever added this address may do that.")
