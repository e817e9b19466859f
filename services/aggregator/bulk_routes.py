"""Bulk steering over HTTP."""

from fastapi import APIRouter

from services.aggregator.bulk import BulkOfBatches, BulkOfDocuments, BulkSteering, BulkVerdict
from shared.auth import Caller, Credential


def bulk_router(steering: BulkSteering) -> APIRouter:
    routes = APIRouter()

    @routes.post("/api/batches/bulk", tags=["batches"])
    async def steer_batches(bulk: BulkOfBatches, caller: Caller, credential: Credential) -> BulkVerdict:
        """Cancel, retry, delete, rename many batches or change their priority: each with a verdict of its own."""
        return await steering.steer(bulk, caller, credential=credential)

    @routes.post("/api/documents/bulk", tags=["documents"])
    async def steer_documents(bulk: BulkOfDocuments, caller: Caller, credential: Credential) -> BulkVerdict:
        """Cancel, retry or delete many documents: each with a verdict of its own."""
        return await steering.steer(bulk, caller, credential=credential)

    return routes
