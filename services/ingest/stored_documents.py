"""Documents that were handed in before, as files of a new batch: nothing is opened again, the store copies the bytes itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from services.ingest.candidates import Candidate
from services.ingest.form import ReceivedFile
from services.ingest.inspection import Facts
from shared.db import Transaction, rows
from shared.http import not_found


@dataclass(frozen=True)
class StoredDocument:
    """A good file of the new batch, and the object that holds its bytes."""

    candidate: Candidate
    object_key: str


async def find_stored(tx: Transaction, document_ids: Sequence[UUID], *, position: int) -> list[StoredDocument]:
    """These documents of the tenant, from `position` on, each under a new id.

    Raises ApiError 404 when one of them is unknown, deleted, or was refused when it came.
    """
    sql = (
        "SELECT document_id, file_name, media_type, size, sha256, pages, object_key FROM documents"
        " WHERE document_id = ANY($1::uuid[]) AND object_key IS NOT NULL"
    )
    found = {UUID(str(row.document_id)): row for row in await rows(tx, sql, list(document_ids))}
    if missing := [document_id for document_id in document_ids if document_id not in found]:
        raise not_found(f"stored document {missing[0]}")
    return [_stored(found[document_id], at) for at, document_id in enumerate(document_ids, start=position)]


def _stored(row: Any, position: int) -> StoredDocument:
    # Its bytes are in storage only: nothing reads the path of a file that was judged before.
    file = ReceivedFile(row.file_name, Path(), size=row.size, sha256=row.sha256)
    facts = Facts(media_type=row.media_type, pages=row.pages)
    return StoredDocument(Candidate(uuid4(), position, file, inspection=facts, error=None), row.object_key)
