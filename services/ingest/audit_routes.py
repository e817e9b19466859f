"""The audit log over HTTP, for the tenant's admins."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.ingest.audit_log import AuditLog, AuditPage
from shared.audit import AuditQuery
from shared.auth import Admin, Credential


def audit_router(log: AuditLog) -> APIRouter:
    routes = APIRouter()

    @routes.get("/api/audit", tags=["audit"])
    async def list_audit(query: Annotated[AuditQuery, Query()], caller: Admin, credential: Credential) -> AuditPage:
        """Who changed what, when, and from where, in every service, newest first. For admins."""
        return await log.read(query, caller, credential=credential)

    return routes
