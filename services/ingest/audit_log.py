"""The audit logs of all services as the one that admins read: each keeps its own, with the changes that it tells of."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Self

import httpx2
import structlog
from pydantic import BaseModel, TypeAdapter

from shared.audit import AuditEntry, AuditQuery, read_audit
from shared.auth import Identity
from shared.db import Database
from shared.paging import Cursor

log = structlog.get_logger()

_PATIENCE = 3.0  # seconds for each service
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
        self._http = http
        self._db = api_db
        self._others = others

    async def read(self, query: AuditQuery, caller: Identity, *, credential: str) -> AuditPage:
        """Raises ApiError 422 for a cursor that is none."""
        async with self._db.transaction(tenant=caller.tenant_id) as tx:
            own = await read_audit(tx, query)
        answers = await asyncio.gather(*(self._ask(name, query, credential) for name in self._others))
        missing = [name for name, answer in zip(self._others, answers, strict=True) if answer is None]
        logs = [own, *(answer for answer in answers if answer is not None)]
        return AuditPage.of(logs, limit=query.limit, missing=missing)

    async def _ask(self, service: str, query: AuditQuery, credential: str) -> list[AuditEntry] | None:
        """None when it did not answer, or as a release that has no log yet."""
        try:
            answer = await self._http.get(
                f"{self._others[service]}/internal/audit/{service}",
                params=query.model_dump(mode="json", exclude_none=True),
                headers={"authorization": f"Bearer {credential}"},
                timeout=_PATIENCE,
            )
            return _ENTRIES.validate_json(answer.raise_for_status().content)
        except (httpx2.HTTPError, ValueError) as error:
            log.warning("audit_log_missing", service=service, error=type(error).__name__)
            return None
