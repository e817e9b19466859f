"""The audit log of one service over HTTP, for ingest, which shows the tenant's admins all of them as one."""

from typing import Annotated

from fastapi import APIRouter, Query

from shared.audit import AuditEntry, AuditQuery, read_audit
from shared.auth import Admin
from shared.db import Database


def router(service: str, api_db: Database) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get(f"/internal/audit/{service}")
    async def list_own_audit(query: Annotated[AuditQuery, Query()], caller: Admin) -> list[AuditEntry]:
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            return await read_audit(tx, query)

    return routes
