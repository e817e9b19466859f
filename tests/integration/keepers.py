"""Objects of every kind and the rows that name them, of a tenant that nobody else has."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid4

import services.classifier.kept_objects as classifier
import services.exporter.kept_objects as exporter
import services.extractor.kept_objects as extractor
from services.ingest.kept_objects import BEGINNINGS, FILES, PAGES
from shared.db import Database, Transaction, run_sql
from shared.folders import Folder
from shared.missing_objects import find_missing
from shared.orphans import clear_orphans
from shared.storage import Storage

NOW = timedelta(0)
HOUR = timedelta(hours=1)

_DOCUMENT = """
WITH b AS (INSERT INTO batches (tenant_id, batch_id, name, status, fingerprint, created_by, created_at)
  VALUES ($1, $2, '', 'completed', '', 'ada', now() - interval '2 h'))
INSERT INTO documents (tenant_id, batch_id, document_id, position, file_name, size, pages, status, sha256, object_key, text_key)
VALUES ($1, $2, $3, 0, 'a.pdf', 1, 1, 'completed', split_part($4::text, '/', 3),
  CASE WHEN $4 LIKE 'batches/%' THEN $4 END, CASE WHEN $4 LIKE 'pages/%' THEN $4 END)
"""
_EXTRACTION = """
INSERT INTO extractions (tenant_id, batch_id, document_id, generation, version, file_name, document_type, pages, needs_review,
  result_key, created_at) VALUES ($1, $2, $3, 1, 1, 'a.pdf', 'invoice', 1, false, $4, now() - interval '2 h')
"""
_CLASSIFICATION = """
INSERT INTO classifications (tenant_id, batch_id, document_id, generation, document_type, confidence, reason, needs_review,
  pages_key, created_at) VALUES ($1, $2, $3, 1, 'invoice', 1, '', false, $4, now() - interval '2 h')
"""
_EXPORT = """
WITH e AS (INSERT INTO exports (tenant_id, batch_id, export_id, format, layout, include, "when", created_by, created_at, expires_at)
  VALUES ($1, $2, $3, 'csv', 'multi_row', '{}', 'now', 'ada', now(), now() + interval '2 h'))
INSERT INTO export_files (tenant_id, export_id, object_key, file_name, media_type, size, rows, documents, total_documents, notes,
  finished_at) VALUES ($1, $3, $4, 'a.csv', 'text/csv', 1, 1, 1, 1, '{}', now() - interval '2 h')
"""
_UPLOAD = """
INSERT INTO uploads (tenant_id, upload_id, kind, file_name, size, expires_at, tail_key)
SELECT $1, $3, 'partial', 'a.pdf', 1, now() + interval '2 h', $4 WHERE $2::uuid IS NOT NULL
"""


@dataclass(frozen=True)
class Kind:
    """One kind of object: whose it is, the key of a document's, and the row that names it."""

    service: str
    folder: Folder
    key: str
    row: str


KINDS = {
    "files": Kind("ingest", FILES, "batches/{tenant}/{batch}/{document}-a.pdf", _DOCUMENT),
    "layers": Kind("ingest", PAGES, "pages/{tenant}/{content}/text-1.json.gz", _DOCUMENT),
    "beginnings": Kind("ingest", BEGINNINGS, "uploads/{tenant}/{document}/tail-1", _UPLOAD),
    "pages": Kind("classifier", classifier.FOLDERS[0], "pages/{tenant}/{content}/read-1.json.gz", _CLASSIFICATION),
    "results": Kind("extractor", extractor.FOLDERS[0], "results/{tenant}/{batch}/{document}/1-1", _EXTRACTION),
    "exports": Kind("exporter", exporter.FOLDERS[0], "exports/{tenant}/{document}/a b.csv", _EXPORT),
}
TABLES = {
    "ingest": ("documents", "uploads", "batches"),
    "classifier": ("classifications",),
    "extractor": ("extractions",),
    "exporter": ("export_files", "exports"),
}
NAMED = [name for name, kind in KINDS.items() if kind.folder.named]
CLEARED = [name for name, kind in KINDS.items() if kind.folder.clear]


class Keeper:
    """Rows and objects of one kind, of a tenant that nobody else has."""

    def __init__(self, kind: Kind, db: Database, storage: Storage) -> None:
        self.kind = kind
        self.db = db
        self.storage = storage
        self.tenant = uuid4()
        self.folder = replace(kind.folder, name=f"{kind.folder.name}{self.tenant}/")

    def key(self, batch: UUID, document: UUID) -> str:
        return self.kind.key.format(tenant=self.tenant, batch=batch, document=document, content=document.hex * 2)

    async def object(self) -> str:
        """An object that nobody names."""
        await self.storage.put(key := self.key(uuid4(), uuid4()), b"something")
        return key

    async def name(self, tx: Transaction, batch: UUID, document: UUID) -> str:
        """A row that names an object, and the object's key."""
        await run_sql(tx, self.kind.row, self.tenant, batch, document, key := self.key(batch, document))
        return key

    async def named_object(self) -> tuple[UUID, str]:
        """Both, and the document."""
        document = uuid4()
        async with self.db.transaction() as tx:
            key = await self.name(tx, uuid4(), document)
        await self.storage.put(key, b"something")
        return document, key

    async def missing(self, *, grace: timedelta = HOUR) -> tuple[int, list[UUID]]:
        return await find_missing(self.db, self.storage, self.folder, grace=grace)

    async def cleared(self, *, grace: timedelta = NOW) -> tuple[int, int]:
        return await clear_orphans(self.db, self.storage, self.folder, grace=grace)

    async def forget(self) -> None:
        """All rows and objects."""
        await self.storage.delete_prefix(self.folder.name)
        async with self.db.transaction() as tx:
            for table in TABLES[self.kind.service]:
                await run_sql(tx, f"DELETE FROM {table} WHERE tenant_id = $1", self.tenant)  # names from code

    async def keys(self) -> list[str]:
        return [key async for page in self.storage.pages(self.folder.name) for key, _ in page]
