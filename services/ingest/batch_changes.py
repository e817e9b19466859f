"""Renames a batch and changes its priority, while it runs or later."""

from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.ingest.steering import lock_batch
from shared.audit import record
from shared.auth import Identity
from shared.db import Transaction, rows
from shared.events import BatchUpdated
from shared.http import not_found
from shared.outbox import publish
from shared.vocabulary import Priority

# The event that tells of the batch is kept up to date, for whoever is told of it again and for retries.
_CHANGE = """
UPDATE batches SET name = coalesce($3::text, name), revision = revision + 1,
  created_event = jsonb_set(jsonb_set(created_event, '{data,name}', to_jsonb(coalesce($3::text, name))),
    '{data,priority}', to_jsonb(coalesce($4::text, created_event #>> '{data,priority}')))
WHERE tenant_id = $1 AND batch_id = $2 AND created_event IS NOT NULL
RETURNING name, revision, created_event #>> '{data,priority}' AS priority
"""


class BatchChange(BaseModel):
    """What is to be otherwise; the rest stays. A new priority counts for everything that has not begun yet."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str | None = Field(default=None, min_length=1, max_length=200)
    priority: Priority | None = None

    @model_validator(mode="after")
    def _something_changes(self) -> Self:
        if self.name is None and self.priority is None:
            raise ValueError("give a name, a priority, or both")
        return self


async def change_batch(tx: Transaction, batch_id: UUID, change: BatchChange, caller: Identity) -> BatchUpdated:
    """Raises ApiError 404, 403, 409 as `lock_batch`."""
    await lock_batch(tx, batch_id, caller)
    priority = change.priority.value if change.priority else None
    changed = await rows(tx, _CHANGE, caller.tenant_id, batch_id, change.name, priority)
    if not changed:
        raise not_found("batch")
    (now,) = changed
    updated = BatchUpdated(
        tenant_id=caller.tenant_id,
        batch_id=batch_id,
        revision=now.revision,
        name=now.name,
        priority=now.priority,
        requested_by=caller.user,
    )
    await publish(tx, [updated])
    await record(tx, caller, "batch.update", batch_id, change.model_dump(mode="json", exclude_none=True))
    return updated
