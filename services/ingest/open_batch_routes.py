"""Open batches over HTTP: opened, looked at, submitted."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel, ConfigDict

from services.ingest.answers import WITH_DRY_RUN, DryRunWish, accepted
from services.ingest.open_batch_list import OpenBatchList, list_open_batches
from services.ingest.open_batch_submission import OpenBatchSubmissions
from services.ingest.open_batch_view import OpenBatch, view_open_batch
from services.ingest.open_batches import BatchToOpen, OpenBatches
from shared.auth import Caller
from shared.db import Database

IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key", max_length=255)]


class HowToSubmit(BaseModel):
    """`only_complete`: files that are not all here are given up."""

    model_config = ConfigDict(extra="forbid")

    only_complete: bool = False


def open_batch_router(open_batches: OpenBatches, submissions: OpenBatchSubmissions, *, api_db: Database) -> APIRouter:
    routes = APIRouter(tags=["batches"])

    @routes.post("/api/batches/open", status_code=201)
    async def open_batch(
        asked: BatchToOpen, caller: Caller, response: Response, idempotency_key: IdempotencyKey = None
    ) -> OpenBatch:
        """Open a batch whose files come by resumable uploads to `/api/uploads`."""
        batch_id = await open_batches.open(asked, caller, idempotency_key=idempotency_key)
        response.headers["location"] = f"/api/batches/{batch_id}/uploads"
        return await view_open_batch(api_db, batch_id, caller)

    @routes.get("/api/batches/open")
    async def get_open_batches(caller: Caller) -> OpenBatchList:
        """Your tenant's batches that are open, the newest 100: opened, and not submitted yet. They are in no other list."""
        return await list_open_batches(api_db, caller)

    @routes.put("/api/batches/{batch_id}/open")
    async def change_open_batch(batch_id: UUID, asked: BatchToOpen, caller: Caller) -> OpenBatch:
        """Change what an open batch asks for and which files it expects, until it is submitted."""
        await open_batches.change(batch_id, asked, caller)
        return await view_open_batch(api_db, batch_id, caller)

    @routes.get("/api/batches/{batch_id}/uploads")
    async def get_uploads(batch_id: UUID, caller: Caller) -> OpenBatch:
        """What an open batch expects, and what has arrived."""
        return await view_open_batch(api_db, batch_id, caller)

    @routes.post("/api/batches/{batch_id}/submit", status_code=202, responses=WITH_DRY_RUN)
    async def submit_open_batch(
        batch_id: UUID, caller: Caller, how: HowToSubmit | None = None, *, dry_run: DryRunWish = False
    ) -> Response:
        """Submit the uploaded files. The answer is that of `POST /api/batches`; asking again gives it again."""
        if dry_run:
            look = await submissions.dry_run(batch_id, caller)
            return Response(look.model_dump_json(), media_type="application/json")
        await submissions.submit(batch_id, caller, only_complete=how is not None and how.only_complete)
        return await accepted(api_db, caller, batch_id)

    return routes
