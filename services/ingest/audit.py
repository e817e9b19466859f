"""The audit log: who did what, to which batch if to any, when, and from where. Rows are only ever added."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import orjson
from pydantic import BaseModel

from shared.auth import Identity
from shared.db import Transaction, rows, run_sql
from shared.events import DocumentReviewed
from shared.paging import Cursor
from shared.results import JsonObject


class AuditEntry(BaseModel):
    """One act. `details` depend on the action and hold no text of documents; `address` is None for the command line."""

    id: UUID
    at: datetime
    user: str
    role: str
    address: str | None
    action: str
    batch_id: UUID | None
    details: JsonObject


class AuditPage(BaseModel):
    items: list[AuditEntry]
    next_cursor: str | None


async def record(
    tx: Transaction,
    caller: Identity,
    action: str,
    batch_id: UUID | None,
    details: JsonObject,
    *,
    tenant_id: UUID | None = None,
) -> None:
    """Write it down, in the transaction of the act itself; `tenant_id` is of whom it concerns when that is not the caller's."""
    await run_sql(
        tx,
        "INSERT INTO audit (tenant_id, user_name, role, address, action, batch_id, details)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7::text::jsonb)",
        tenant_id or caller.tenant_id,
        caller.user,
        caller.role,
        caller.address,
        action,
        batch_id,
        orjson.dumps(details).decode(),
    )


async def record_reviews(tx: Transaction, events: Sequence[DocumentReviewed]) -> None:
    """What people did to results in the extractor; an event that comes twice is written down once."""
    await run_sql(
        tx,
        "INSERT INTO audit (tenant_id, entry_id, at, user_name, role, action, batch_id, details)"
        " SELECT u.tenant_id, u.entry_id, u.at, u.user_name, u.role, 'document.review', u.batch_id, u.details::jsonb"
        " FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::uuid[], $7::text[])"
        " AS u (tenant_id, entry_id, at, user_name, role, batch_id, details) ON CONFLICT DO NOTHING",
        [event.tenant_id for event in events],
        [event.id for event in events],
        [event.time for event in events],
        [event.reviewed_by for event in events],
        [event.role for event in events],
        [event.batch_id for event in events],
        [_about_review(event) for event in events],
    )


def _about_review(event: DocumentReviewed) -> str:
    about = event.model_dump(mode="json", include={"document_id", "version", "approved", "edits"})
    return orjson.dumps(about | {"generation": event.generation}).decode()


async def read_audit(tx: Transaction, *, limit: int, cursor: Cursor | None, batch_id: UUID | None) -> AuditPage:
    """Newest first."""
    found = await rows(
        tx,
        "SELECT entry_id AS id, at, user_name AS user, role, address, action, batch_id, details FROM audit"
        " WHERE ($1::timestamptz IS NULL OR (at, entry_id) < ($1, $2::uuid)) AND ($3::uuid IS NULL OR batch_id = $3)"
        " ORDER BY at DESC, entry_id DESC LIMIT $4",
        cursor.created_at if cursor else None,
        cursor.id if cursor else None,
        batch_id,
        limit + 1,
    )
    items = [AuditEntry.model_validate(row, from_attributes=True) for row in found[:limit]]
    last = items[-1] if len(found) > limit else None
    return AuditPage(items=items, next_cursor=str(Cursor(last.at, last.id)) if last else None)
