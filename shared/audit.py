"""The audit log of one service: who changed what, when, and from where. Rows are only ever added, with the change itself."""

from datetime import datetime
from uuid import UUID, uuid4

import orjson
from pydantic import BaseModel, ConfigDict, Field

from shared.auth import Identity
from shared.db import Transaction, rows, run_sql
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


class AuditQuery(BaseModel):
    """A page of the log, newest first: of everybody and everything, unless named."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = None
    batch_id: UUID | None = None
    user: str | None = Field(default=None, max_length=200)
    action: str | None = Field(default=None, max_length=100, description="As entries have it: `webhook.delete`.")


async def record(
    tx: Transaction,
    caller: Identity,
    action: str,
    batch_id: UUID | None,
    details: JsonObject,
    *,
    tenant_id: UUID | None = None,
    entry_id: UUID | None = None,
) -> None:
    """Write it down, in the transaction of the act itself.

    `tenant_id` is of whom it concerns when that is not the caller's; `entry_id` that of the event which tells of it too.
    """
    await run_sql(
        tx,
        "INSERT INTO audit (tenant_id, entry_id, user_name, role, address, action, batch_id, details)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8::text::jsonb)",
        tenant_id or caller.tenant_id,
        entry_id or uuid4(),
        caller.user,
        caller.role,
        caller.address,
        action,
        batch_id,
        orjson.dumps(details).decode(),
    )


async def read_audit(tx: Transaction, query: AuditQuery) -> list[AuditEntry]:
    """At most one more than `limit`, which tells whether there is a next page. Raises ApiError 422 for another's cursor."""
    cursor = Cursor.read(query.cursor) if query.cursor else None
    found = await rows(
        tx,
        "SELECT entry_id AS id, at, user_name AS user, role, address, action, batch_id, details FROM audit"
        " WHERE ($1::timestamptz IS NULL OR (at, entry_id) < ($1, $2::uuid)) AND ($3::uuid IS NULL OR batch_id = $3)"
        " AND ($4::text IS NULL OR user_name = $4) AND ($5::text IS NULL OR action = $5)"
        " ORDER BY at DESC, entry_id DESC LIMIT $6",
        cursor.created_at if cursor else None,
        cursor.id if cursor else None,
        query.batch_id,
        query.user,
        query.action,
        query.limit + 1,
    )
    return [AuditEntry.model_validate(row, from_attributes=True) for row in found]
