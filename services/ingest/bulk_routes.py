"""Bulk steering as the aggregator asks for it, who knows which batches and documents a filter means."""

from fastapi import APIRouter

from services.ingest.bulk import BulkOfBatches, BulkOfDocuments, BulkVerdict, Steering
from shared.auth import Caller
from shared.bell import Bell


def bulk_router(steering: Steering, *, bell: Bell) -> APIRouter:
    routes = APIRouter(prefix="/internal/bulk", include_in_schema=False)

    @routes.post("/batches")
    async def steer_batches(bulk: BulkOfBatches, caller: Caller, *, continued: bool = False) -> BulkVerdict:
        verdict = await steering.batches(bulk, caller, continued=continued)
        bell.ring()
        return verdict

    @routes.post("/documents")
    async def steer_documents(bulk: BulkOfDocuments, caller: Caller, *, continued: bool = False) -> BulkVerdict:
        verdict = await steering.documents(bulk, caller, continued=continued)
        bell.ring()
        return verdict

    return routes
