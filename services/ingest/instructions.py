"""What each document was asked for, kept so that it can be asked again: by the reconciler, or in a new generation."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict

from services.ingest.queue_shares import with_shares
from shared.cloudevent import Event
from shared.db import Transaction, rows, run_sql
from shared.events import DocumentUploaded
from shared.results import JsonObject
from shared.vocabulary import Strategy

_UPLOADS = """
SELECT d.tenant_id, d.batch_id, d.document_id, d.generation, d.file_name, d.media_type, d.size, d.sha256, d.pages,
  d.object_key, d.text_key, d.custom_id, i.strategy, i.prompt, i.json_schema, b.created_event #>> '{data,priority}' AS priority
FROM documents d
JOIN batches b ON b.tenant_id = d.tenant_id AND b.batch_id = d.batch_id
JOIN instructions i ON i.tenant_id = d.tenant_id AND i.batch_id = d.batch_id AND i.key = d.instructions
WHERE d.tenant_id = ANY($1::uuid[]) AND d.document_id = ANY($2::uuid[]) AND b.created_event IS NOT NULL
ORDER BY d.batch_id, d.position
"""


class Instructions(BaseModel):
    """Where the prompt comes from, the user's own prompt, and the shape of the result."""

    model_config = ConfigDict(frozen=True)

    strategy: Strategy
    prompt: str | None = None
    json_schema: JsonObject | None = None

    @property
    def key(self) -> str:
        """The same instructions have the same key."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:32]

    @property
    def schema_text(self) -> str | None:
        return orjson.dumps(self.json_schema).decode() if self.json_schema is not None else None


async def keep_instructions(
    tx: Transaction, tenant_id: UUID, batch_id: UUID, instructions: Iterable[Instructions]
) -> None:
    """Store what is not there yet."""
    wanted = list({one.key: one for one in instructions}.values())
    await run_sql(
        tx,
        "INSERT INTO instructions (tenant_id, batch_id, key, strategy, prompt, json_schema)"
        " SELECT $1, $2, * FROM unnest($3::text[], $4::text[], $5::text[], $6::text[]) ON CONFLICT DO NOTHING",
        tenant_id,
        batch_id,
        [one.key for one in wanted],
        [one.strategy.value for one in wanted],
        [one.prompt for one in wanted],
        [one.schema_text for one in wanted],
    )


async def read_instructions(tx: Transaction, batch_id: UUID) -> dict[str, Instructions]:
    """All instructions of a batch by their keys."""
    found = await rows(tx, "SELECT key, strategy, prompt, json_schema FROM instructions WHERE batch_id = $1", batch_id)
    return {
        row.key: Instructions(strategy=row.strategy, prompt=row.prompt, json_schema=_schema(row.json_schema))
        for row in found
    }


def instructions_of(events: Iterable[Event]) -> list[Instructions]:
    """What the uploads among these events ask for."""
    return [
        Instructions(strategy=event.strategy, prompt=event.prompt, json_schema=event.json_schema)
        for event in events
        if isinstance(event, DocumentUploaded)
    ]


async def uploads_of(
    tx: Transaction, tenants: Sequence[UUID], documents: Sequence[UUID], *, reask: bool = False
) -> list[DocumentUploaded]:
    """document.uploaded of these documents, in their latest generation, as it was or would be told first."""
    found = await rows(tx, _UPLOADS, list(set(tenants)), list(documents))
    return await with_shares(tx, [_uploaded(row, reask=reask) for row in found])


def _uploaded(row: Any, *, reask: bool) -> DocumentUploaded:
    values = dict(row._mapping)  # noqa: SLF001  # SQLAlchemy's documented way to the columns by name
    values["json_schema"] = _schema(row.json_schema)
    return DocumentUploaded(**values, reask=reask)


def _schema(text: str | None) -> JsonObject | None:
    return None if text is None else orjson.loads(text)
