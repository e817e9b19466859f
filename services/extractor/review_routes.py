"""Review over HTTP: a result with what its review needs, its versions, and corrections."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.extractor.reviewing import Review, Reviews
from services.extractor.versions import ReviewableResult, Versions, find_version, list_versions, reviewable
from shared.auth import Caller
from shared.bell import Bell
from shared.db import Database
from shared.storage import Storage

WhichOne = Annotated[int | None, Query(ge=1, description="The newest, unless named.")]


def review_router(*, api_db: Database, storage: Storage, bell: Bell) -> APIRouter:
    routes = APIRouter(prefix="/api/documents/{document_id}", tags=["review"])
    reviews = Reviews(api_db=api_db, storage=storage)

    @routes.get("/result")
    async def get_result_for_review(
        document_id: UUID, caller: Caller, generation: WhichOne = None, version: WhichOne = None
    ) -> ReviewableResult:
        """The newest version of what was read from a document, or the one named, with its schema."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            stored = await find_version(tx, document_id, generation=generation, version=version)
        return await reviewable(stored, storage)

    @routes.get("/versions")
    async def list_versions_of_result(document_id: UUID, caller: Caller) -> Versions:
        """All versions of a document's result: who made each, when, and what they changed."""
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            return await list_versions(tx, document_id)

    @routes.post("/review")
    async def review_result(document_id: UUID, wanted: Review, caller: Caller) -> ReviewableResult:
        """Correct values, add and remove rows, approve: all of it, or nothing, as a new version.

        409 with the `difference` when a newer version is there. Exports take the newest version. Every member of the
        tenant may review.
        """
        stored = await reviews.review(document_id, wanted, caller)
        bell.ring()
        return await reviewable(stored, storage)

    return routes
