"""The comparison of one service over HTTP, for ingest, which shows operators all of them as one."""

from collections.abc import Sequence

from fastapi import APIRouter

from shared.auth import Operator
from shared.comparison import Comparison, compare
from shared.db import Database
from shared.folders import Folder
from shared.http import ApiError
from shared.storage import Storage


def router(service: str, db: Database, storage: Storage, folders: Sequence[Folder]) -> APIRouter:
    """`db` is of the worker's role, which sees all tenants."""
    routes = APIRouter(include_in_schema=False)

    @routes.post(f"/internal/comparison/{service}")
    async def compare_own(_operator: Operator) -> Comparison:
        try:
            return await compare(db, storage, folders)
        except OSError as error:
            raise ApiError(503, "storage_unavailable", "The objects cannot be listed now.", retryable=True) from error

    return routes
