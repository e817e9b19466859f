"""The exporter over HTTP: ask for an export, watch it, download it."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.dialects.postgresql import insert

from services.exporter.reading import discard_export, read_export, read_exports, stop_export
from services.exporter.requests import ExportRequest, export_job, export_row, keyed_id, request_hash
from services.exporter.tables import exports
from services.exporter.views import Export, ExportPage, export_view, status_of
from shared.audit import record
from shared.auth import Caller, Identity
from shared.bell import Bell
from shared.db import Database, Transaction
from shared.downloads import download
from shared.http import ApiError, not_found
from shared.jobs import enqueue
from shared.paging import Cursor
from shared.storage import ObjectMissingError, Storage
from shared.vocabulary import Role

IdempotencyKey = Annotated[
    str | None, Header(max_length=255, description="Asked again with the same key, it is the same export.")
]


def router(*, api_db: Database, storage: Storage, bell: Bell) -> APIRouter:
    routes = APIRouter(prefix="/api/exports", tags=["exports"])

    @routes.post("", status_code=202)
    async def create_export(
        wanted: ExportRequest, caller: Caller, response: Response, idempotency_key: IdempotencyKey = None
    ) -> Export:
        """Ask for a file of a batch, of several, or of some documents. It is made in the background."""
        export_id = keyed_id(caller.tenant_id, caller.user, idempotency_key) if idempotency_key else uuid4()
        row = export_row(wanted, export_id, tenant_id=caller.tenant_id, user=caller.user, now=datetime.now(UTC))
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            if await _ask(tx, row | {"request_hash": request_hash(wanted)}):
                about = {"export_id": str(export_id), "format": wanted.format, "layout": wanted.layout}
                await record(tx, caller, "export.create", wanted.batch_id, about)
        bell.ring()
        response.headers["location"] = f"/api/exports/{export_id}"
        return export_view(await _found(api_db, caller, export_id))

    @routes.get("")
    async def list_exports(
        caller: Caller,
        *,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        cursor: str | None = None,
        batch_id: UUID | None = None,
    ) -> ExportPage:
        """Your exports of the last days, newest first."""
        place = Cursor.read(cursor) if cursor else None
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            found = await read_exports(tx, limit=limit + 1, cursor=place, batch_id=batch_id)
        items = [export_view(row) for row in found[:limit]]
        last = items[-1] if len(found) > limit else None
        return ExportPage(items=items, next_cursor=str(Cursor(last.created_at, last.id)) if last else None)

    @routes.get("/{export_id}")
    async def get_export(export_id: UUID, caller: Caller) -> Export:
        """One export and how far it is."""
        return export_view(await _found(api_db, caller, export_id))

    @routes.get("/{export_id}/download", response_class=StreamingResponse)
    async def download_export(export_id: UUID, caller: Caller) -> Response:
        """The file."""
        return await _download(await _found(api_db, caller, export_id), storage)

    _add_ends(routes, api_db)
    return routes


def _add_ends(routes: APIRouter, api_db: Database) -> None:
    @routes.post("/{export_id}/cancel", status_code=202)
    async def cancel_export(export_id: UUID, caller: Caller) -> Export:
        """Stop an export that is not ready. Whoever asked for it may, and admins."""
        must_rule(caller, await _found(api_db, caller, export_id))
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            if await stop_export(tx, export_id):
                await record(tx, caller, "export.cancel", None, {"export_id": str(export_id)})
        return export_view(await _found(api_db, caller, export_id))

    @routes.delete("/{export_id}", status_code=204)
    async def delete_export(export_id: UUID, caller: Caller) -> None:
        """Stop an export, or discard its file before it expires."""
        must_rule(caller, await _found(api_db, caller, export_id))
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            await discard_export(tx, export_id)
            await record(tx, caller, "export.delete", None, {"export_id": str(export_id)})


async def _ask(tx: Transaction, row: dict[str, Any]) -> bool:
    """Whether it is a new one. Raises ApiError: 404 for a batch that was deleted, 422 for a key that was used for another request."""
    if (await tx.execute(insert(exports).values(row).on_conflict_do_nothing())).rowcount:
        if not await enqueue(tx, [export_job(row)]):
            raise not_found("batch")
        return True
    known = await read_export(tx, row["export_id"])
    if known is None or known.request_hash != row["request_hash"]:
        raise ApiError(
            422, "idempotency_key_reused", "This Idempotency-Key came before with another request. Use a new one."
        )
    return False


def must_rule(caller: Identity, export: Any) -> None:
    if caller.role == Role.MEMBER and export.created_by != caller.user:
        raise ApiError(403, "forbidden", "Only admins and whoever asked for this export may do that.")


async def _found(api_db: Database, caller: Identity, export_id: UUID) -> Any:
    async with api_db.transaction(tenant=caller.tenant_id) as tx:
        found = await read_export(tx, export_id)
    if found is None:
        raise not_found("export")
    return found


async def _download(export: Any, storage: Storage) -> Response:
    match status_of(export):
        case "expired":
            raise ApiError(410, "export_expired", "This export has expired. Ask for it again.")
        case "failed":
            raise ApiError(409, "export_failed", "This export could not be made: see its error.")
        case "cancelled":
            raise ApiError(409, "export_cancelled", "This export was cancelled. Ask for it again.")
        case "queued" | "running":
            raise ApiError(409, "export_not_ready", "This export is not ready yet.", retryable=True, retry_after=1)
    try:
        return await download(
            storage,
            export.object_key,
            file_name=export.file_name,
            media_type=export.media_type,
            size=export.size,
        )
    except ObjectMissingError as error:
        raise ApiError(410, "export_expired", "The file of this export is gone. Ask for it again.") from error
