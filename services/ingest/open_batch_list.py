"""The open batches of a tenant, and how much of each has arrived."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.ingest.pending import IS_OPEN
from shared.auth import Identity
from shared.db import Database, rows

_MOST = 100

_OPEN = f"""
SELECT b.batch_id AS id, b.name, b.created_by, b.created_at, greatest(b.expires_at, u.expires_at) AS expires_at,
  jsonb_array_length(b.expected) + u.unexpected AS expected, u.complete
FROM batches b CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE position >= jsonb_array_length(b.expected)) AS unexpected,
    count(*) FILTER (WHERE byte_offset = size) AS complete, max(expires_at) AS expires_at
  FROM uploads WHERE batch_id = b.batch_id AND discarded_at IS NULL AND (byte_offset = size OR expires_at > now())) AS u
WHERE {IS_OPEN} ORDER BY b.created_at DESC, b.batch_id DESC LIMIT $1
"""  # noqa: S608 -- constant


class OpenBatchSummary(BaseModel):
    """An open batch: `complete` of `expected` files are here. One that nobody writes to any more is gone at `expires_at`."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    created_by: str
    created_at: datetime
    expires_at: datetime
    expected: int
    complete: int


class OpenBatchList(BaseModel):
    """The newest 100, newest first; `/api/batches/{id}/uploads` has the files of one."""

    items: list[OpenBatchSummary]


async def list_open_batches(api_db: Database, caller: Identity) -> OpenBatchList:
    async with api_db.transaction(tenant=caller.tenant_id) as tx:
        found = await rows(tx, _OPEN, _MOST)
    return OpenBatchList(items=[OpenBatchSummary.model_validate(row) for row in found])
