"""The list of open batches: each until it is submitted or given up, of one tenant, the newest first."""

from pathlib import Path

from tests.integration.ingest_process import Tenant

INVOICE, LETTER = Path("samples/invoice-english.pdf"), Path("samples/letter.pdf")


async def listed(tenant: Tenant) -> list[dict[str, object]]:
    return list((await tenant.client.get("/api/batches/open")).json()["items"])


async def test_an_open_batch_is_listed_with_what_has_arrived(tenant: Tenant):
    batch_id = await tenant.open_batch(INVOICE)
    await tenant.send(INVOICE, batch_id)
    await tenant.send(LETTER, batch_id)  # nobody said that it would come
    empty = await tenant.open_batch(INVOICE, LETTER)

    assert [
        (batch["id"], batch["created_by"], batch["expected"], batch["complete"]) for batch in await listed(tenant)
    ] == [
        (empty, "ada", 2, 0),
        (batch_id, "ada", 2, 2),
    ]


async def test_what_was_submitted_or_given_up_is_open_no_more(tenant: Tenant):
    submitted, given_up = [await tenant.open_batch(INVOICE) for _ in range(2)]
    await tenant.send(INVOICE, submitted)
    await tenant.client.post(f"/api/batches/{submitted}/submit")
    await tenant.client.delete(f"/api/batches/{given_up}")

    assert await listed(tenant) == []


async def test_open_batches_of_another_tenant_are_not_listed(tenant: Tenant):
    await tenant.open_batch(INVOICE)
    async with tenant.ingest.new_tenant() as other:
        own = await other.open_batch(INVOICE)

        assert [batch["id"] for batch in await listed(other)] == [own]
