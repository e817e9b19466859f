"""tus 1.0 to the letter: what each request is answered."""

import asyncio
import base64
import hashlib
import time
from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime

import httpx2
import pytest

from services.ingest.uploads import PART
from tests.integration.ingest_process import IngestProcess, Tenant, metadata
from tests.stores import SettingsOf

TUS = {"tus-resumable": "1.0.0"}
BYTES = TUS | {"content-type": "application/offset+octet-stream"}


async def begin(tenant: Tenant, batch: str, size: int, **headers: str) -> httpx2.Response:
    about = metadata(batch_id=batch, filename="a.pdf") | headers
    return await tenant.client.post("/api/uploads", headers=TUS | {"upload-length": str(size)} | about)


async def begun(tenant: Tenant, size: int) -> str:
    """The URL of a new upload in a batch of its own."""
    answer = await begin(tenant, await tenant.open_batch(), size)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


async def send(tenant: Tenant, url: str, offset: int, body: bytes, **headers: str) -> httpx2.Response:
    about = BYTES | {"upload-offset": str(offset)} | {name.replace("_", "-"): value for name, value in headers.items()}
    return await tenant.client.patch(url, headers=about, content=body)


async def offset_of(tenant: Tenant, url: str) -> int:
    return int((await tenant.client.head(url, headers=TUS)).headers["upload-offset"])


async def test_options_tell_what_there_is(ingest: IngestProcess):
    async with httpx2.AsyncClient(base_url=ingest.url, trust_env=False) as nobody:
        answer = await nobody.options("/api/uploads")
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == "1.0.0"
    assert answer.headers["tus-max-size"] == str(50 * 1024 * 1024)
    assert answer.headers["tus-checksum-algorithm"] == "sha1,sha256,md5"
    assert set(answer.headers["tus-extension"].split(",")) == {
        "creation",
        "creation-with-upload",
        "expiration",
        "termination",
        "checksum",
        "concatenation",
    }


async def test_a_new_upload_has_an_address_and_a_day(tenant: Tenant):
    answer = await begin(tenant, await tenant.open_batch(), 10)
    assert answer.status_code == 201
    assert answer.headers["location"].startswith("/api/uploads/")
    assert answer.headers["tus-resumable"] == "1.0.0"
    left = parsedate_to_datetime(answer.headers["upload-expires"]).timestamp() - time.time()
    assert 23 * 3600 < left <= 24 * 3600


async def test_head_says_offset_length_and_what_was_said_of_the_file(tenant: Tenant):
    batch = await tenant.open_batch()
    url = (await begin(tenant, batch, 10)).headers["location"]
    await send(tenant, url, 0, b"1234")
    answer = await tenant.client.head(url, headers=TUS)
    assert (answer.status_code, answer.headers["upload-offset"], answer.headers["upload-length"]) == (200, "4", "10")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["upload-metadata"] == metadata(batch_id=batch, filename="a.pdf")["upload-metadata"]


async def test_patch_answers_the_new_offset(tenant: Tenant):
    answer = await send(tenant, await begun(tenant, 10), 0, b"12345")
    assert (answer.status_code, answer.headers["upload-offset"], answer.content) == (204, "5", b"")
    assert answer.headers["tus-resumable"] == "1.0.0"


async def test_another_offset_is_a_conflict(tenant: Tenant):
    url = await begun(tenant, 10)
    answer = await send(tenant, url, 3, b"1")
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_offset")
    assert answer.headers["tus-resumable"] == "1.0.0"


@pytest.mark.parametrize("headers", [{}, {"tus-resumable": "0.2.2"}], ids=str)
async def test_another_version_is_refused_with_ours(tenant: Tenant, headers: dict[str, str]):
    answer = await tenant.client.post("/api/uploads", headers=headers | {"upload-length": "1"})
    assert (answer.status_code, answer.headers["tus-version"]) == (412, "1.0.0")


async def test_bytes_of_another_type_are_refused(tenant: Tenant):
    answer = await tenant.client.patch(
        await begun(tenant, 1), headers=TUS | {"upload-offset": "0", "content-type": "text/plain"}, content=b"1"
    )
    assert answer.status_code == 415


async def test_a_file_over_the_limit_is_refused_before_it_is_sent(tenant: Tenant):
    assert (await begin(tenant, await tenant.open_batch(), 50 * 1024 * 1024 + 1)).status_code == 413


async def test_more_bytes_than_announced_are_refused(tenant: Tenant):
    url = await begun(tenant, 3)
    assert (await send(tenant, url, 0, b"1234")).status_code == 413
    assert await offset_of(tenant, url) == 0


async def test_more_bytes_than_announced_are_refused_when_their_number_is_not_told(tenant: Tenant):
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield bytes(65_536)

    url = await begun(tenant, 3)
    headers = BYTES | {"upload-offset": "0"}
    assert (await tenant.client.patch(url, headers=headers, content=endless())).status_code == 413
    assert await offset_of(tenant, url) == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"upload-length": "-1"},
        {"upload-length": "1e3"},
        {"upload-length": ""},
        {"upload-metadata": "filename ???"},
        {"upload-metadata": "filename YQ=="},
        {"upload-metadata": "batch_id YQ=="},
        {"upload-concat": "middle"},
        {"upload-concat": "final;"},
    ],
    ids=str,
)
async def test_headers_that_make_no_sense_are_refused(tenant: Tenant, headers: dict[str, str]):
    assert (await begin(tenant, await tenant.open_batch(), 1, **headers)).status_code == 400


@pytest.mark.parametrize("url", ["/api/uploads/464c9691-5735-457b-8cb1-c2b5b1562fd7", "/api/uploads/nonsense"])
async def test_an_unknown_upload_is_not_found(tenant: Tenant, url: str):
    assert (await tenant.client.head(url, headers=TUS)).status_code == 404
    assert (await send(tenant, url, 0, b"1")).status_code == 404


async def test_another_tenant_finds_nothing(ingest: IngestProcess, tenant: Tenant):
    url, batch = await begun(tenant, 10), await tenant.open_batch()
    async with ingest.new_tenant() as stranger:
        answers = [
            await stranger.client.head(url, headers=TUS),
            await send(stranger, url, 0, b"1"),
            await stranger.client.delete(url, headers=TUS),
            await begin(stranger, batch, 1),
            await stranger.client.get(f"/api/batches/{batch}/uploads"),
            await stranger.client.post(f"/api/batches/{batch}/submit"),
            await stranger.client.delete(f"/api/batches/{batch}"),
        ]
    assert [answer.status_code for answer in answers] == [404] * 7


async def test_a_cancelled_upload_is_gone(tenant: Tenant):
    url = await begun(tenant, 10)
    assert (await tenant.client.delete(url, headers=TUS)).status_code == 204
    assert (await tenant.client.head(url, headers=TUS)).status_code == 410
    assert (await send(tenant, url, 0, b"1")).status_code == 410


async def test_post_stands_in_for_other_methods(tenant: Tenant):
    url = await begun(tenant, 3)
    override = "x-http-method-override"
    sent = await tenant.client.post(url, headers=BYTES | {"upload-offset": "0", override: "PATCH"}, content=b"123")
    told = await tenant.client.post(url, headers=TUS | {override: "HEAD"})
    cancelled = await tenant.client.post(url, headers=TUS | {override: "DELETE"})
    assert (sent.status_code, told.headers["upload-offset"], cancelled.status_code) == (204, "3", 204)
    assert (await tenant.client.post(url, headers=TUS)).status_code == 405


async def test_the_first_bytes_may_come_with_the_creation(tenant: Tenant):
    about = metadata(batch_id=await tenant.open_batch(), filename="a.pdf")
    answer = await tenant.client.post("/api/uploads", headers=BYTES | {"upload-length": "9"} | about, content=b"12345")
    assert (answer.status_code, answer.headers["upload-offset"]) == (201, "5")


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5"])
async def test_a_checksum_that_fits_is_accepted(tenant: Tenant, algorithm: str):
    digest = base64.b64encode(hashlib.new(algorithm, b"123").digest()).decode()
    answer = await send(tenant, await begun(tenant, 10), 0, b"123", upload_checksum=f"{algorithm} {digest}")
    assert answer.status_code == 204


async def test_of_bytes_whose_checksum_differs_nothing_is_kept(tenant: Tenant):
    size, wrong = 2 * PART + 5, base64.b64encode(bytes(20)).decode()
    url = await begun(tenant, size)
    await send(tenant, url, 0, b"1234")
    answer = await send(tenant, url, 4, bytes(size - 4), upload_checksum=f"sha1 {wrong}")
    assert (answer.status_code, answer.json()["code"]) == (460, "checksum_mismatch")
    assert await offset_of(tenant, url) == 4
    assert (await send(tenant, url, 4, bytes(size - 4))).headers["upload-offset"] == str(size)


async def test_an_unknown_checksum_is_refused(tenant: Tenant):
    assert (await send(tenant, await begun(tenant, 1), 0, b"1", upload_checksum="crc32 AAAA")).status_code == 400


async def test_only_one_request_writes_at_a_time(tenant: Tenant):
    go_on, size = asyncio.Event(), PART + 10
    url = await begun(tenant, size)

    async def slowly() -> AsyncIterator[bytes]:
        yield bytes(PART + 1)
        await go_on.wait()
        yield bytes(9)

    first = asyncio.create_task(tenant.client.patch(url, headers=BYTES | {"upload-offset": "0"}, content=slowly()))
    while await offset_of(tenant, url) < PART:
        await asyncio.sleep(0.02)
    second = await send(tenant, url, PART, bytes(10))
    go_on.set()
    assert (second.status_code, second.json()["code"], second.headers["retry-after"]) == (423, "upload_locked", "1")
    assert (await first).headers["upload-offset"] == str(size)


async def test_cancelling_ends_a_request_that_writes(tenant: Tenant):
    arrived, go_on, url = asyncio.Event(), asyncio.Event(), await begun(tenant, 6)

    async def slowly() -> AsyncIterator[bytes]:
        yield b"123"
        arrived.set()
        await go_on.wait()
        yield b"456"

    writing = asyncio.create_task(tenant.client.patch(url, headers=BYTES | {"upload-offset": "0"}, content=slowly()))
    await arrived.wait()
    assert (await tenant.client.delete(url, headers=TUS)).status_code == 204
    go_on.set()
    assert (await writing).status_code == 410


async def test_parts_are_joined_in_the_order_they_are_named(tenant: Tenant):
    batch = await tenant.open_batch()
    urls = [
        (await begin(tenant, batch, 3, **{"upload-concat": "partial", "upload-metadata": ""})).headers["location"]
        for _ in "ab"
    ]
    for url, body in zip(urls, (b"456", b"123"), strict=True):
        await send(tenant, url, 0, body)
    joined = {"upload-concat": f"final;{tenant.ingest.url}{urls[1]} {urls[0]}"}
    answer = await tenant.client.post(
        "/api/uploads", headers=TUS | joined | metadata(batch_id=batch, filename="joined.pdf")
    )
    told = await tenant.client.head(answer.headers["location"], headers=TUS)
    assert (answer.status_code, told.headers["upload-length"], told.headers["upload-offset"]) == (201, "6", "6")
    assert told.headers["upload-concat"] == joined["upload-concat"]
    assert (await send(tenant, answer.headers["location"], 6, b"")).status_code == 403
    assert (await tenant.client.head(urls[0], headers=TUS)).status_code == 410


async def test_unfinished_parts_are_not_joined(tenant: Tenant):
    batch = await tenant.open_batch()
    url = (await begin(tenant, batch, 3, **{"upload-concat": "partial"})).headers["location"]
    joined = TUS | {"upload-concat": f"final;{url}"} | metadata(batch_id=batch, filename="joined.pdf")
    assert (await tenant.client.post("/api/uploads", headers=joined)).status_code == 409


@pytest.fixture
async def tenant_of_three_parts(settings_of: SettingsOf) -> AsyncIterator[Tenant]:
    """A tenant where three partial uploads may wait."""
    ingest = IngestProcess(settings_of("ingest"), INGESTIO_MAX_PARTIALS="3")
    await ingest.start()
    async with ingest.new_tenant() as tenant:
        yield tenant
    await ingest.stop()


async def test_parts_that_nobody_joins_are_limited(tenant_of_three_parts: Tenant):
    tenant, partial = tenant_of_three_parts, {"upload-concat": "partial"}
    batch = await tenant.open_batch()
    answers = await asyncio.gather(*[begin(tenant, batch, 3, **partial) for _ in range(6)])
    taken = [answer for answer in answers if answer.status_code == 201]
    await tenant.client.delete(taken[0].headers["location"], headers=TUS)
    freed = await begin(tenant, batch, 3, **partial)

    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [429] * 3
    assert freed.status_code == 201
