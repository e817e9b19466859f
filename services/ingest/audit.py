"""The audit log: who did what to which batch, and when. Rows are only ever added."""

from datetime import datetime
from uuid import UUID

import orjson
from pydantic import BaseModel

from shared.auth import Identity
from shared.db import Transaction, rows, run_sql
from shared.paging import Cursor
from shared.results import JsonObject


class AuditEntry(BaseModel):
    """One act. `details` depend on the action and hold no text of documents."""

    id: UUID
    at: datetime
    user: str
    role: str
    action: str
    batch_id: UUID | None
    details: JsonObject


class AuditPage(BaseModel):
    items: list[AuditEntry]
    next_cursor: str | None


async def record(tx: Transaction, caller: Identity, action: str, batch_id: UUID, details: JsonObject) -> None:
    """Write it down, in the transaction of the act itself."""
    await run_sql(
        tx,
        "INSERT INTO audit (tenant_id, user_name, role, action, batch_id, details) VALUES ($1, $2, $3, $4, $5, $6::text::jsonb)",
        caller.tenant_id,
        caller.user,
        caller.role,
        action,
        batch_id,
        orjson.dumps(details).decode(),
    )


async def read_audit(tx: Transaction, *, limit: int, cursor: Cursor | None, batch_id: UUID | None) -> AuditPage:
    """Newest first."""
    found = await rows(
        tx,
        "SELECT entry_id AS id, at, user_name AS user, role, action, batch_id, details FROM audit"
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
