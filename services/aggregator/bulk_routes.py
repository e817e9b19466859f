"""Bulk steering over HTTP."""

from fastapi import APIRouter, Request

from services.aggregator.bulk import BulkOfBatches, BulkOfDocuments, BulkSteering, BulkVerdict
from shared.auth import Caller


def bulk_router(steering: BulkSteering) -> APIRouter:
    routes = APIRouter()

    @routes.post("/api/batches/bulk", tags=["batches"])
    async def steer_batches(request: Request, bulk: BulkOfBatches, caller: Caller) -> BulkVerdict:
        """Cancel, retry, delete, rename many batches or change their priority: each with a verdict of its own."""
        return await steering.steer(bulk, caller, authorization=request.headers["authorization"])

    @routes.post("/api/documents/bulk", tags=["documents"])
    async def steer_documents(request: Request, bulk: BulkOfDocuments, caller: Caller) -> BulkVerdict:
        """Cancel, retry or delete many documents: each with a verdict of its own."""
        return await steering.steer(bulk, caller, authorization=request.headers["authorization"])

    return routes
