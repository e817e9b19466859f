"""The documents of an export, copied once to a local file: read in short transactions, the same at every reading."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, any_, literal, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from services.exporter.progress import Progress
from services.exporter.rows import ExportDocument
from services.exporter.stored import stored_line
from services.exporter.tables import export_batches, export_documents
from services.exporter.told_rows import DELETED
from shared.db import Database
from shared.errors import Category, Transient
from shared.results import Result
from shared.storage import ObjectMissingError, Storage

_PAGE = 100
_NIL = UUID(int=0)


async def spool(export: Any, target: Path, *, db: Database, storage: Storage, progress: Progress) -> None:
    """Write every ended document of the export to `target`, a line each, in the order they were handed in.

    Raises Transient when a result is not in object storage.
    """
    with target.open("wb") as lines:
        for chosen in _parts(export):
            async for page in _pages(export, chosen, db):
                for document in await asyncio.gather(*(_document(row, storage) for row in page)):
                    lines.write(stored_line(document))
                progress.read += len(page)


def _parts(export: Any) -> list[ColumnElement[bool]]:
    """What the export is about, part by part: batch after batch, or the selection as a whole."""
    document = export_documents.c
    if export.document_ids:
        return [document.document_id == any_(literal(export.document_ids, ARRAY(Uuid)))]
    return [document.batch_id == batch_id for batch_id in export.batch_ids or [export.batch_id]]


async def _pages(export: Any, chosen: ColumnElement[bool], db: Database) -> AsyncIterator[list[Any]]:
    """By keyset, a short transaction a page: old snapshots would slow the queue."""
    document = export_documents.c
    place = tuple_(document.position, document.document_id)
    statement = (
        select(export_documents, export_batches.c.name.label("batch_name"))
        .outerjoin(
            export_batches,
            (export_batches.c.tenant_id == document.tenant_id) & (export_batches.c.batch_id == document.batch_id),
        )
        .where(document.tenant_id == export.tenant_id, document.status != DELETED, chosen)
        .order_by(place)
        .limit(_PAGE)
    )
    after = (-1, _NIL)
    while True:
        async with db.transaction() as tx:
            page = (await tx.execute(statement.where(place > tuple_(*after)))).all()
        if page:
            yield list(page)
        if len(page) < _PAGE:
            return
        after = (page[-1].position, page[-1].document_id)


async def _document(row: Any, storage: Storage) -> ExportDocument:
    result = await _result(row, storage)
    read = {"data": result.data, "fields": result.fields, "warnings": result.warnings} if result else {}
    told = {name: getattr(row, name) for name in _TOLD}
    return ExportDocument(
        **told | read, batch_name=row.batch_name or "", file_name=row.file_name or "", error=row.error or None
    )


_TOLD = (
    *("document_id", "batch_id", "custom_id", "document_type", "status", "needs_review", "pages"),
    *("provider", "model", "finished_at", "reviewed_by", "reviewed_at"),
)


async def _result(row: Any, storage: Storage) -> Result | None:
    if row.result_key is None:
        return Result.model_validate_json(row.result) if row.result else None
    try:
        return Result.model_validate_json(await storage.get(row.result_key))
    except ObjectMissingError as error:
        raise Transient(Category.INTERNAL, "A result is not in the object storage.") from error
