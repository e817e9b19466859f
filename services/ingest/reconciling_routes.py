"""The reconciler over HTTP, for operators."""

from datetime import timedelta

from fastapi import APIRouter

from services.ingest.other_comparisons import OtherComparisons
from services.ingest.reconciling import Reconciliation, reconcile
from shared.audit import record
from shared.auth import Credential, Operator
from shared.bell import Bell
from shared.db import Database
from shared.http import ApiError
from shared.storage import Storage


def reconciling_router(
    *, db: Database, storage: Storage, bell: Bell, others: OtherComparisons, silence: timedelta
) -> APIRouter:
    """The routes work on the worker's database role, which sees all tenants."""
    routes = APIRouter()

    @routes.post("/api/admin/reconcile", tags=["admin"])
    async def reconcile_now(operator: Operator, credential: Credential, *, objects: bool = False) -> Reconciliation:
        """Look for what does not fit together, mend what is safe and count it all. `objects` reads the list of all files, in every service."""
        async with (
            db.transaction() as tx
        ):  # it mends in many transactions: what stands in the log is that it was asked for
            await record(tx, operator, "reconcile", None, {"objects": objects})
        try:
            found = await reconcile(db, storage, silence=silence, objects=objects)
        except OSError as error:
            raise ApiError(503, "storage_unavailable", "The objects cannot be listed now.", retryable=True) from error
        if objects:
            await others.add_to(found, credential=credential)
        bell.ring()
        return found

    return routes
