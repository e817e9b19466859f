"""The audit logs of all services as the one that admins read: each keeps its own, with the changes that it tells of."""

from collections.abc import Mapping, Sequence
from typing import Self

import httpx2
from pydantic import BaseModel, TypeAdapter

from services.ingest.other_services import OtherServices
from shared.audit import AuditEntry, AuditQuery, read_audit
from shared.auth import Identity
from shared.db import Database
from shared.paging import Cursor

_PATIENCE = httpx2.Timeout(3)  # each service
_ENTRIES = TypeAdapter(list[AuditEntry])


class AuditPage(BaseModel):
    """Newest first. `missing` names the services that did not answer: what people did there is not on this page."""

    items: list[AuditEntry]
    next_cursor: str | None
    missing: list[str]

    @classmethod
    def of(cls, logs: Sequence[Sequence[AuditEntry]], *, limit: int, missing: list[str]) -> Self:
        """What is newest in all logs. An act that two services know of, by the same id, is one."""
        known = {entry.id: entry for entries in logs for entry in entries}
        ordered = sorted(known.values(), key=lambda entry: (entry.at, entry.id), reverse=True)
        last = ordered[limit - 1] if len(ordered) > limit else None
        return cls(items=ordered[:limit], next_cursor=str(Cursor(last.at, last.id)) if last else None, missing=missing)


class AuditLog:
    """Reads ingest's own log, and asks `others`, the URLs of services by name, under the caller's own token."""

    def __init__(self, http: httpx2.AsyncClient, *, api_db: Database, others: Mapping[str, str]) -> None:
        self._db = api_db
        self._others = OtherServices(http, others)

    async def read(self, query: AuditQuery, caller: Identity, *, credential: str) -> AuditPage:
        """Raises ApiError 422 for a cursor that is none."""
        async with self._db.transaction(tenant=caller.tenant_id) as tx:
            own = await read_audit(tx, query)
        asked = query.model_dump(mode="json", exclude_none=True)
        answers = await self._others.ask(
            "GET", "/internal/audit", _ENTRIES.validate_json, credential=credential, patience=_PATIENCE, params=asked
        )
        missing = [name for name, entries in answers.items() if entries is None]
        logs = [own, *(entries for entries in answers.values() if entries is not None)]
        return AuditPage.of(logs, limit=query.limit, missing=missing)
