"""What does not fit together is found; what is safe is mended; an export that lacks rows asks for them."""

from datetime import timedelta
from uuid import uuid4

import pytest
import pytest_asyncio

from services.exporter.missed import say_what_is_missed
from services.ingest.kept_objects import FILES
from services.ingest.reconciling import Reconciliation, reconcile
from shared.cloudevent import Event
from shared.db import rows, run_sql
from shared.events import BatchMissed
from shared.orphans import clear_orphans
from shared.vocabulary import Role
from tests import makers
from tests.integration.chain import an_invoice
from tests.integration.exporting import Exporter
from tests.integration.front_door import FrontDoor, Renter

NOW = timedelta(0)
NEVER = timedelta(days=1)


async def look(door: FrontDoor, *, objects: bool = False) -> Reconciliation:
    return await reconcile(
        door.db, door.service.storage, silence=NEVER, objects=objects, grace=NOW, orphans_after=NEVER
    )


async def submitted(door: FrontDoor, tenant: Renter) -> str:
    answer = await door.submit(tenant, an_invoice())
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


async def change(door: FrontDoor, sql: str, *parameters: object) -> None:
    async with door.db.transaction() as tx:
        await run_sql(tx, sql, *parameters)


async def test_documents_under_way_are_nothing_to_report(front_door: FrontDoor):
    tenant = await front_door.tenant()
    before = await look(front_door)
    await submitted(front_door, tenant)

    assert (await look(front_door)) == before


async def test_an_ended_document_whose_pages_were_not_settled_is_asked_again(front_door: FrontDoor):
    tenant = await front_door.tenant()
    await submitted(front_door, tenant)
    await change(
        front_door,
        "UPDATE documents SET status = 'completed', told_at = now() - interval '1 h' WHERE tenant_id = $1",
        tenant.id,
    )

    found = await look(front_door)

    asked = await front_door.rows(
        "SELECT body FROM outbox WHERE tenant_id = $1 AND type = 'document.uploaded' ORDER BY position", tenant.id
    )
    assert found.unsettled_pairs >= 1
    assert len(asked) == 2
    assert b'"reask":true' in bytes(asked[-1].body)


async def test_a_reservation_whose_document_is_gone_is_reported(front_door: FrontDoor):
    before = await look(front_door)
    await front_door.reserve(await front_door.tenant(), 3)

    assert (await look(front_door)).lost_reservations == before.lost_reservations + 1


async def test_counters_that_differ_from_the_ledger_are_reported_in_pages(front_door: FrontDoor):
    tenant = await front_door.tenant()
    await front_door.reserve(tenant, 2)
    before = await look(front_door)
    await change(front_door, "UPDATE quota_periods SET used = used + 7 WHERE tenant_id = $1", tenant.id)

    assert (await look(front_door)).drifted_pages == before.drifted_pages + 7


async def test_a_file_that_nothing_refers_to_is_deleted_and_no_other(front_door: FrontDoor):
    tenant = await front_door.tenant()
    await submitted(front_door, tenant)
    storage = front_door.service.storage
    _, before = await clear_orphans(front_door.db, storage, FILES, grace=NOW)  # of earlier tests
    folder = f"batches/{tenant.id}/"
    await storage.put(f"{folder}{uuid4()}/{uuid4()}-left.pdf", b"left behind")
    await storage.put(f"{folder}what-is-this", b"not ours")

    orphans, unknown = await clear_orphans(front_door.db, storage, FILES, grace=NOW)

    left = [key async for page in storage.pages(folder) for key, _ in page]
    await storage.delete_prefix(folder)
    assert (orphans, unknown) == (1, before + 1)
    assert len(left) == 2


async def test_what_is_young_or_of_a_batch_that_still_comes_in_is_nobodys_orphan(front_door: FrontDoor):
    tenant = await front_door.tenant()
    batch = await submitted(front_door, tenant)
    storage = front_door.service.storage
    await storage.put(f"batches/{tenant.id}/{batch}/{uuid4()}-coming.pdf", b"coming")
    await change(front_door, "UPDATE batches SET status = 'pending_upload' WHERE tenant_id = $1", tenant.id)
    await storage.put(f"batches/{tenant.id}/{uuid4()}/{uuid4()}-young.pdf", b"young")

    young = await clear_orphans(front_door.db, storage, FILES, grace=timedelta(hours=1))
    await storage.delete_prefix(f"batches/{tenant.id}/")

    assert young == (0, 0)


@pytest.mark.parametrize(("role", "status"), [(Role.ADMIN, 403), (Role.OPERATOR, 200)])
async def test_only_operators_reconcile(front_door: FrontDoor, role: Role, status: int):
    operator = await front_door.tenant(role=role)

    async with front_door.http(operator) as client:
        answer = await client.post("/api/admin/reconcile")

    assert answer.status_code == status


@pytest_asyncio.fixture(name="exporter")
async def exporter_with_nothing_else_to_look_at(exporter: Exporter) -> Exporter:
    async with exporter.db.transaction() as tx:
        await run_sql(tx, "UPDATE export_batches SET whole = 1000")
    return exporter


async def missed(exporter: Exporter) -> list[BatchMissed]:
    await say_what_is_missed(exporter.db, silence=NOW)
    return [event for event in await exporter.told() if isinstance(event, BatchMissed)]


async def test_a_batch_that_is_under_way_is_not_missed(exporter: Exporter):
    await exporter.hear(exporter.batch())

    assert await missed(exporter) == []


async def test_an_ended_batch_without_its_rows_is_asked_for_again(exporter: Exporter):
    created = exporter.batch()
    await exporter.hear(created, makers.a_batch_completed(**about(created), total=2, completed=2))

    assert [event.batch_id for event in await missed(exporter)] == [created.batch_id]


async def test_a_batch_that_was_never_told_of_is_asked_for_again(exporter: Exporter):
    created = exporter.batch()
    await exporter.hear(makers.a_batch_completed(**about(created), total=2, completed=2))

    assert len(await missed(exporter)) == 1


async def test_a_batch_whose_end_was_lost_is_asked_for_again(exporter: Exporter):
    created = exporter.batch(files=1)
    await exporter.hear(
        created, makers.a_document_extracted(**about(created), document_id=created.files[0].document_id)
    )

    assert len(await missed(exporter)) == 1


async def test_a_whole_batch_is_not_looked_at_again(exporter: Exporter):
    created = exporter.batch(files=1)
    await exporter.hear(
        created,
        makers.a_document_extracted(**about(created), document_id=created.files[0].document_id),
        makers.a_batch_completed(**about(created)),
    )

    assert await missed(exporter) == []
    async with exporter.db.transaction() as tx:
        found = await rows(tx, "SELECT whole FROM export_batches WHERE batch_id = $1", created.batch_id)
    assert [row.whole for row in found] == [1]


def about(created: Event) -> dict[str, object]:
    return {"tenant_id": created.tenant_id, "batch_id": created.batch_id}
