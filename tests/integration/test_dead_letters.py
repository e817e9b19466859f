"""Dead letters over HTTP: seen by whom they concern, redriven once, dropped for good."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx2
import pytest

from services.extractor.handlers import on_document_classified
from shared.consumer import bury
from shared.db import Database, rows
from shared.events import DocumentClassified
from shared.service import Service, build_app
from tests import makers
from tests.integration.role_tokens import TokensAreRoles, as_
from tests.stores import SettingsOf

LETTERS = "/api/dead-letters/extractor"


@pytest.fixture
async def client(settings_of: SettingsOf, extractor_db: Database) -> AsyncIterator[httpx2.AsyncClient]:
    """An operator's client of the extractor."""
    service = Service("extractor", settings_of("extractor"))
    service.verifier = TokensAreRoles()
    service.hear({DocumentClassified: on_document_classified})
    transport = httpx2.ASGITransport(build_app("extractor", [service]))
    async with httpx2.AsyncClient(transport=transport, base_url="http://t", headers=as_("operator")) as client:
        yield client
    await service.db.close()
    await service.api_db.close()


async def lay(db: Database, *bodies: bytes) -> None:
    async with db.transaction() as tx:
        await bury(tx, bodies, queue="extractor", reason="for a test")


async def count(db: Database, table: str) -> int:
    async with db.transaction() as tx:
        return len(await rows(tx, f"SELECT 1 FROM {table}"))


async def test_letters_are_listed_in_pages_and_can_be_read(client: httpx2.AsyncClient, extractor_db: Database):
    await lay(
        extractor_db, *(event.to_bytes() for event in (makers.a_document_classified() for _ in range(5))), b"\xff"
    )

    first = (await client.get(LETTERS, params={"limit": 4})).json()
    rest = (await client.get(LETTERS, params={"limit": 4, "cursor": first["next_cursor"]})).json()
    letters = first["items"] + rest["items"]
    opened = [(await client.get(f"{LETTERS}/{letter['id']}")).json()["body"] for letter in letters]

    assert len({letter["id"] for letter in letters}) == 6
    assert rest["next_cursor"] is None
    assert sorted({letter["type"] for letter in letters}, key=str) == [None, "document.classified"]
    assert "\ufffd" in opened


async def test_a_dry_run_says_what_would_happen_and_changes_nothing(client: httpx2.AsyncClient, extractor_db: Database):
    await lay(extractor_db, makers.a_document_classified().to_bytes(), b"junk")

    answer = (await client.post(f"{LETTERS}/redrive", json={})).json()

    assert (answer["dry_run"], {item["problem"] for item in answer["items"]}) == (True, {None, "UnknownEventError"})
    assert await count(extractor_db, "jobs") == 0
    assert len((await client.get(LETTERS)).json()["items"]) == 2


async def test_letters_beyond_those_taken_at_once_are_counted(client: httpx2.AsyncClient, extractor_db: Database):
    await lay(extractor_db, *[b"junk"] * 1_002)

    answers = [(await client.post(f"{LETTERS}/drop", json={"dry_run": False})).json() for _ in range(3)]

    assert [(len(answer["items"]), answer["remaining"]) for answer in answers] == [(1_000, 2), (2, 0), (0, 0)]


async def test_redriving_everything_twice_and_at_once_has_its_effect_once(
    client: httpx2.AsyncClient, extractor_db: Database
):
    await lay(extractor_db, *(makers.a_document_classified().to_bytes() for _ in range(50)))

    answers = await asyncio.gather(*(client.post(f"{LETTERS}/redrive", json={"dry_run": False}) for _ in range(2)))

    fates = [item["fate"] for answer in answers for item in answer.json()["items"]]
    assert fates.count("redriven") == 50
    assert await count(extractor_db, "jobs") == 50
    decided = (await client.get(LETTERS, params={"fate": "redriven", "limit": 100})).json()["items"]
    assert {letter["decided_by"] for letter in decided} == {"the operator"}
    assert len(decided) == 50


async def test_a_dropped_letter_leaves_its_record_but_not_what_was_in_it(
    client: httpx2.AsyncClient, extractor_db: Database
):
    await lay(extractor_db, b"secret junk", b"other junk")
    chosen = (await client.get(LETTERS)).json()["items"][0]["id"]

    await client.post(f"{LETTERS}/drop", json={"ids": [chosen], "dry_run": False})

    left = (await client.get(LETTERS)).json()["items"]
    record = (await client.get(f"{LETTERS}/{chosen}")).json()
    assert len(left) == 1
    assert (record["fate"], record["body"], record["decided_by"]) == ("dropped", "", "the operator")


async def test_an_admin_sees_letters_of_the_own_tenant_only(client: httpx2.AsyncClient, extractor_db: Database):
    own, foreign = makers.a_document_classified(tenant_id=uuid4()), makers.a_document_classified(tenant_id=uuid4())
    await lay(extractor_db, own.to_bytes(), foreign.to_bytes(), b"junk")
    admin = as_("admin", own.tenant_id)

    seen = (await client.get(LETTERS, headers=admin)).json()["items"]
    redriven = (await client.post(f"{LETTERS}/redrive", json={"dry_run": False}, headers=admin)).json()["items"]

    assert [letter["tenant_id"] for letter in seen] == [str(own.tenant_id)]
    assert len(redriven) == 1
    assert await count(extractor_db, "jobs") == 1


async def test_members_have_no_business_here(client: httpx2.AsyncClient):
    answers = [
        await client.get(LETTERS, headers=as_("member")),
        await client.get(f"{LETTERS}/{uuid4()}", headers=as_("member")),
        await client.post(f"{LETTERS}/redrive", json={}, headers=as_("member")),
        await client.post(f"{LETTERS}/drop", json={}, headers=as_("member")),
    ]

    assert {answer.status_code for answer in answers} == {403}
