"""The bucket against the rows that name its objects: what is missing is reported, what nobody names is cleared."""

import weakref
from collections.abc import AsyncIterator
from datetime import datetime
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest

from ingestio.stack import Urls
from services.ingest.tokens import add_token
from shared import missing_objects
from shared.db import Database, rows, run_sql
from shared.missing_objects import EXAMPLES
from shared.storage import Storage
from shared.vocabulary import Role
from tests.integration.chain import Chain
from tests.integration.keepers import CLEARED, HOUR, KINDS, NAMED, Keeper
from tests.stores import SettingsOf


@pytest.fixture
async def keeper(kind: str, settings_of: SettingsOf) -> AsyncIterator[Keeper]:
    settings = settings_of(KINDS[kind].service)
    one = Keeper(KINDS[kind], Database(settings.database_url), Storage(settings.s3_url))
    yield one
    await one.forget()
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
