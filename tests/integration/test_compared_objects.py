"""The bucket against the rows that name its objects: what is missing is reported, what nobody names is cleared."""

import weakref
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import asyncpg
import pytest

import services.classifier.kept_objects as classifier
import services.exporter.kept_objects as exporter
import services.extractor.kept_objects as extractor
from ingestio.stack import Urls
from services.ingest.kept_objects import BEGINNINGS, FILES, PAGES
from services.ingest.tokens import add_token
from shared import missing_objects
from shared.db import Database, Transaction, rows, run_sql
from shared.folders import Folder
from shared.missing_objects import EXAMPLES, find_missing
from shared.orphans import clear_orphans
from shared.storage import Storage
from shared.vocabulary import Role
from tests.integration.chain import Chain
from tests.stores import SettingsOf

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

    async def keys(self) -> list[str]:
        return [key async for page in self.storage.pages(self.folder.name) for key, _ in page]


@pytest.fixture
async def keeper(kind: str, settings_of: SettingsOf) -> AsyncIterator[Keeper]:
    settings = settings_of(KINDS[kind].service)
    one = Keeper(KINDS[kind], Database(settings.database_url), Storage(settings.s3_url))
    yield one
    await one.storage.delete_prefix(one.folder.name)
    tables = {
        "ingest": ("documents", "uploads", "batches"),
        "classifier": ("classifications",),
        "extractor": ("extractions",),
        "exporter": ("export_files", "exports"),
    }
    async with one.db.transaction() as tx:
        for table in tables[one.kind.service]:
            await run_sql(tx, f"DELETE FROM {table} WHERE tenant_id = $1", one.tenant)  # names from code
    await one.db.close()


@pytest.mark.parametrize("kind", [name for name in NAMED if name != "pages"])
async def test_an_object_that_was_taken_away_is_reported_with_its_document_and_no_other(keeper: Keeper):
    await keeper.named_object()
    taken, key = await keeper.named_object()
    await keeper.named_object()
    assert await keeper.missing() == (0, [])

    await keeper.storage.delete(key)

    assert await keeper.missing() == (1, [taken])


@pytest.mark.parametrize("kind", ["pages"])
async def test_read_pages_are_reported_unless_their_text_layer_is_gone_too_which_is_reported_elsewhere(keeper: Keeper):
    _, with_all = await keeper.named_object()
    taken, key = await keeper.named_object()
    await keeper.storage.put(key.replace("read-1", "text-1"), b"the layer")

    await keeper.storage.delete(key)
    await keeper.storage.delete(with_all)

    assert await keeper.missing() == (1, [taken])


@pytest.mark.parametrize("kind", NAMED)
async def test_a_row_that_is_younger_than_the_grace_is_not_reported(kind: str, keeper: Keeper):
    _, key = await keeper.named_object()
    await keeper.storage.put(key.rpartition("/")[0] + "/beside", b"so that it is told here")
    await keeper.storage.delete(key)

    assert (await keeper.missing(grace=HOUR))[0] == 1
    assert (await keeper.missing(grace=3 * HOUR))[0] == 0


@pytest.mark.parametrize("kind", ["files"])
async def test_what_is_being_deleted_is_not_missed(keeper: Keeper):
    document, key = await keeper.named_object()
    await keeper.storage.delete(key)
    async with keeper.db.transaction() as tx:
        await run_sql(tx, "UPDATE documents SET deleted_at = now() WHERE document_id = $1", document)

    assert await keeper.missing() == (0, [])


@pytest.mark.parametrize("kind", ["files"])
async def test_of_an_empty_bucket_every_object_is_counted_and_ten_documents_are_named(keeper: Keeper):
    for _ in range(EXAMPLES + 2):
        _, key = await keeper.named_object()
        await keeper.storage.delete(key)

    count, documents = await keeper.missing()

    assert (count, len(set(documents))) == (EXAMPLES + 2, EXAMPLES)


class Page(list[tuple[str, datetime]]):
    """A list that can be watched."""


class SmallPages(Storage):
    """Lists two keys at a time, and counts how many of these lists are alive at once."""

    most = 0

    async def pages(self, prefix: str) -> AsyncIterator[list[tuple[str, datetime]]]:
        alive: list[weakref.ref[Page]] = []
        async for page in super().pages(prefix):
            for start in range(0, len(page), 2):
                small = Page(page[start : start + 2])
                alive = [one for one in alive if one() is not None] + [weakref.ref(small)]
                self.most = max(self.most, len(alive))
                yield small
                del small


@pytest.mark.parametrize("kind", ["files", "layers", "results", "exports"])
async def test_keys_and_rows_are_held_a_page_at_a_time_and_none_falls_between_two(
    keeper: Keeper, settings_of: SettingsOf, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(missing_objects, "_ROWS_AT_ONCE", 2)
    keeper.storage = small = SmallPages(settings_of("ingest").s3_url)
    there = [await keeper.named_object() for _ in range(13)]
    await small.put(f"{keeper.folder.name}not-ours", b"")

    for taken in range(len(there)):
        document, key = sorted(there, key=lambda one: one[1])[taken]
        await small.delete(key)
        assert await keeper.missing() == (1, [document])
        await small.put(key, b"back")
    for _, key in there[::2]:
        await small.delete(key)
    assert (await keeper.missing())[0] == 7
    assert small.most <= 2  # one that is compared, one that comes


@pytest.mark.parametrize(
    ("kind", "index"),
    [
        ("files", "documents_batch"),
        ("layers", "documents_content"),
        ("pages", "classifications_read"),
        ("results", "extractions_batch"),
        ("exports", "export_files_pkey"),
    ],
)
async def test_rows_of_a_stretch_are_found_by_an_index(keeper: Keeper, kind: str, index: str, urls: Urls):
    """So a look costs as much as there are rows, not as many times as there are pages of keys."""
    async with keeper.db.transaction() as tx:
        keys = sorted([await keeper.name(tx, uuid4(), uuid4()) for _ in range(1500)])
    owner = await asyncpg.connect(urlsplit(urls.postgres)._replace(path=f"/ingestio_{KINDS[kind].service}").geturl())
    await owner.execute("ANALYZE")
    await owner.close()

    begin, end = keys[700], keys[710]
    places = [*begin.split("/")[1:3], *end.split("/")[1:3], begin, end, HOUR, 1000]
    async with keeper.db.transaction(by_key=True) as tx:
        assert [row.key for row in await rows(tx, keeper.kind.folder.named or "", *places)] == keys[701:711]
        plan = str(await rows(tx, f"EXPLAIN {keeper.kind.folder.named}", *places))

    assert index in plan


@pytest.mark.parametrize("kind", CLEARED)
async def test_an_orphan_is_cleared_after_its_grace_and_not_before(keeper: Keeper):
    orphan = await keeper.object()
    _, named = await keeper.named_object()

    assert await keeper.cleared(grace=HOUR) == (0, 0)
    assert set(await keeper.keys()) == {orphan, named}
    assert await keeper.cleared() == (1, 0)
    assert await keeper.keys() == [named]


@pytest.mark.parametrize("kind", CLEARED)
async def test_what_is_not_ours_is_counted_and_left_alone(keeper: Keeper):
    strange = f"{keeper.folder.name}what-is-this"
    await keeper.storage.put(strange, b"not ours")

    assert await keeper.cleared() == (0, 1)
    assert await keeper.keys() == [strange]


@pytest.mark.parametrize("kind", ["layers"])
async def test_all_that_is_kept_of_a_content_goes_together_when_nobody_has_it(keeper: Keeper):
    key = await keeper.object()
    await keeper.storage.put(key.replace("text-1.json.gz", "image-1/text-1/1-160.jpg"), b"a picture")
    _, named = await keeper.named_object()
    await keeper.storage.put(picture := named.replace("text-1.json.gz", "image-1/text-1/1-160.jpg"), b"a picture")

    assert await keeper.cleared() == (2, 0)
    assert set(await keeper.keys()) == {named, picture}


async def test_an_operator_is_told_what_every_service_misses(chain: Chain):
    batch = await chain.submit(1)
    await chain.ended(batch)
    db, storage = chain.db("ingest"), chain.services["ingest"].storage
    async with db.transaction() as tx:
        token = await add_token(tx, chain.tenant, user="o", role=Role.OPERATOR, lifetime=None, created_by="test")
        await run_sql(tx, "UPDATE batches SET created_at = now() - interval '1 h' WHERE batch_id = $1", batch)
    (document,) = await chain.ask("ingest", "SELECT document_id, object_key FROM documents WHERE batch_id = $1", batch)

    async def reconciled() -> dict[str, object]:
        headers = {"authorization": f"Bearer {token.secret}"}
        answer = await chain.client.post("/api/admin/reconcile", params={"objects": True}, headers=headers)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    before = await reconciled()
    await storage.delete(document.object_key)
    after = await reconciled()

    assert after["unanswered"] == []
    assert after["missing_objects"] == int(str(before["missing_objects"])) + 1
