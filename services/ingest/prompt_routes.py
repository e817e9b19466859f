"""What the documents of a batch were asked, over HTTP."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from services.ingest.instructions import Instructions, read_instructions
from shared.auth import Caller
from shared.db import Database, rows
from shared.http import not_found


class AskedOf(Instructions):
    """Instructions and the documents that have them. Under `auto` a document's type brings its prompt."""

    document_ids: list[UUID]


class Prompts(BaseModel):
    items: list[AskedOf]


def prompt_router(*, api_db: Database) -> APIRouter:
    routes = APIRouter()

    @routes.get("/api/batches/{batch_id}/prompts", tags=["batches"])
    async def list_prompts(batch_id: UUID, caller: Caller) -> Prompts:
        """The prompts and schemas of a batch as its documents were last asked, those of the most documents first."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            found = await rows(
                tx,
                "SELECT instructions AS key, array_agg(document_id ORDER BY position) AS document_ids FROM documents"
                " WHERE batch_id = $1 AND instructions IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, min(position)",
                batch_id,
            )
            if not found and not await rows(tx, "SELECT 1 FROM batches WHERE batch_id = $1", batch_id):
                raise not_found("batch")
            by_key = await read_instructions(tx, batch_id)
        return Prompts(
            items=[
                AskedOf(**dict(by_key[row.key]), document_ids=row.document_ids) for row in found if row.key in by_key
            ]
        )

    return routes
