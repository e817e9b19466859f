"""Every operation of every service that changes something leaves an entry in the audit log, which admins read as one.

A new operation that is no GET fails here until it is named: with the act it is written down as, or with why it changes nothing.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from ingestio.answers import QueueName
from services.ingest.tenants import ensure_tenant
from shared.db import run_sql
from tests.abuse.operations import TUS, Ours, ask, belongings, operations
from tests.integration.chain import NAMES, Chain, an_invoice
from tests.integration.ingest_process import metadata
from tests.makers import a_batch_missed

# In the order in which they are asked: what ends something comes last.
ACTS = {
    "post /api/documents/{document_id}/review": "document.review",
    "post /api/exports": "export.create",
    "post /api/exports/{export_id}/cancel": "export.cancel",
    "delete /api/exports/{export_id}": "export.delete",
    "post /api/previews": "preview.create",
    "post /api/previews/files": "preview.create",
    "delete /api/previews/{preview_id}": "preview.delete",
    "patch /api/batches/{batch_id}": "batch.update",
    "post /api/batches/bulk": "batch.update",
    "post /api/batches/{batch_id}/retell": "batch.retell",
    "post /api/batches": "batch.submit",
    "post /api/documents": "batch.submit",
    "post /api/batches/open": "batch.open",
    "put /api/batches/{batch_id}/open": "batch.change",
    "post /api/uploads": "upload.create",
    "delete /api/uploads/{upload_id}": "upload.cancel",
    "post /api/uploads/{upload_id}": "upload.cancel",
    "post /api/batches/{batch_id}/submit": "batch.submit",
    "post /api/documents/{document_id}/retry": "batch.retry",
    "post /api/batches/{batch_id}/retry": "batch.retry",
    "post /api/documents/{document_id}/cancel": "document.cancel",
    "post /api/batches/{batch_id}/cancel": "batch.cancel",
    "post /api/mail/recipients": "mail_recipient.create",
    "patch /api/mail/recipients/{recipient_id}": "mail_recipient.change",
    "post /api/mail/recipients/{recipient_id}/test": "mail_recipient.test",
    "post /api/mail/unsubscribe": "mail_recipient.unsubscribe",
    "delete /api/mail/recipients/{recipient_id}": "mail_recipient.delete",
    "post /api/webhooks": "webhook.create",
    "patch /api/webhooks/{webhook_id}": "webhook.change",
    "post /api/webhooks/{webhook_id}/ping": "webhook.ping",
    "post /api/webhooks/{webhook_id}/deliveries/{delivery_id}/replay": "webhook.replay",
    "post /api/webhooks/{webhook_id}/secret": "webhook.rotate_secret",
    "delete /api/webhooks/{webhook_id}": "webhook.delete",
    **{f"post /api/dead-letters/{name}/redrive": "dead_letter.redrive" for name in NAMES},
    **{f"post /api/dead-letters/{name}/drop": "dead_letter.drop" for name in NAMES},
    **{f"patch /api/queues/{name}": "queue.change" for name in QueueName},
    "post /api/session": "session.start",
    "post /api/session/links": "session.link",
    "delete /api/session": "session.end",
    "post /api/tokens": "token.create",
    "delete /api/tokens/{token_id}": "token.revoke",
    "post /api/admin/reconcile": "reconcile",
    "post /api/admin/tenants": "tenant.create",
    "patch /api/admin/tenants/{tenant_id}": "tenant.change",
    "post /api/documents/bulk": "document.delete",
    "delete /api/documents/{document_id}": "document.delete",
    "delete /api/batches/{batch_id}": "batch.delete",
}
WITHOUT_ENTRY = {
    "patch /api/uploads/{upload_id}": "bytes of a file whose upload is written down when it begins",
    "post /api/prompts/suggest": "an answer, of which nothing is kept",
    "post /api/subscriptions/webhook": "said by no caller of ours: tests/integration/test_subscriptions.py has its entry",
}
READS = {"get", "head", "options"}


@pytest.fixture(scope="module")
async def ours(chain: Chain) -> AsyncIterator[Ours]:
    """The operator of our own tenant does it all."""
    token = f"igt_{uuid4().hex}"
    named = {"name": "ours", "plan": "enterprise", "token": token, "user": "olga", "role": "operator"}
    await ensure_tenant(chain.db("ingest"), chain.tenant, **named)
    ids = await belongings(chain)
    headers = {"authorization": f"Bearer {token}", "x-forwarded-for": "203.0.113.9"}
    async with httpx2.AsyncClient(
        base_url=chain.client.base_url, headers=headers, timeout=60, trust_env=False
    ) as client:
        yield Ours(chain, ids, client)


async def written(chain: Chain, action: str) -> int:
    """Entries of this act, in all services and of all tenants."""
    counts = [await chain.ask(name, "SELECT count(*) FROM audit WHERE action = $1", action) for name in NAMES]
    return sum(found[0][0] for found in counts)


async def test_every_operation_that_changes_something_is_known_here(chain: Chain):
    changing = {f"{method} {path}" for method, path, _ in await operations(chain) if method not in READS}

    assert changing == ACTS.keys() | WITHOUT_ENTRY.keys()


async def test_every_change_leaves_an_entry(ours: Ours):
    described = {f"{method} {path}": said for method, path, said in await operations(ours.chain)}
    silent = {}
    for operation, action in ACTS.items():
        before = await written(ours.chain, action)
        instead = await PREPARED[operation](ours) if operation in PREPARED else {}
        method, _, path = operation.partition(" ")
        answer = await ask(ours, ours.stranger, method, path, described[operation], **instead)
        await answer.aread()
        if not answer.is_success or await written(ours.chain, action) == before:
            silent[operation] = (answer.status_code, answer.text[:300])
        remember(ours, operation, answer)

    assert silent == {}


async def test_admins_read_all_of_it_as_one_list(ours: Ours):
    told, cursor = [], ""
    while cursor is not None:
        page = (await ours.chain.client.get(f"/api/audit?limit=20{cursor and '&cursor=' + cursor}")).json()
        told += page["items"]
        assert page["missing"] == []
        cursor = page["next_cursor"]
    kept = [
        entry.entry_id
        for name in NAMES
        for entry in await ours.chain.ask(name, "SELECT entry_id FROM audit WHERE tenant_id = $1", ours.chain.tenant)
    ]

    assert sorted(entry["id"] for entry in told) == sorted(map(str, kept))
    assert [entry["at"] for entry in told] == sorted((entry["at"] for entry in told), reverse=True)


async def test_an_entry_says_who_and_from_where(ours: Ours):
    log = (await ours.chain.client.get("/api/audit?action=webhook.delete")).json()["items"]

    assert [(entry["user"], entry["role"], entry["address"]) for entry in log] == [("olga", "operator", "203.0.113.9")]


async def test_the_log_can_be_asked_for_one_person(ours: Ours):
    log = (await ours.chain.client.get("/api/audit?user=ada&limit=200")).json()["items"]

    assert {entry["user"] for entry in log} == {"ada"}


def remember(ours: Ours, operation: str, answer: httpx2.Response) -> None:
    """What the next operations are about."""
    match operation:
        case "post /api/uploads":
            ours.ids["upload_id"] = answer.headers["location"].rpartition("/")[2]
        case "post /api/webhooks/{webhook_id}/ping":
            ours.ids["delivery_id"] = answer.json()["id"]


async def _another_upload(ours: Ours) -> dict[str, Any]:
    about = TUS | {"upload-length": "9"} | metadata(batch_id=ours.ids["open_batch_id"], filename="once-more.pdf")
    made = await ours.stranger.post("/api/uploads", headers=about)
    ours.ids["upload_id"] = made.headers["location"].rpartition("/")[2]
    return {"headers": TUS | {"x-http-method-override": "DELETE"}}


async def _a_whole_file(ours: Ours) -> dict[str, Any]:
    file = an_invoice()
    about = metadata(batch_id=ours.ids["open_batch_id"], filename="whole.pdf") | {"upload-length": str(len(file))}
    of_bytes = {"content-type": "application/offset+octet-stream"}
    (await ours.stranger.post("/api/uploads", headers=TUS | about | of_bytes, content=file)).raise_for_status()
    return {"json": {"only_complete": True}}


async def _ended(ours: Ours) -> dict[str, Any]:
    await ours.chain.pause("extractor", paused=False)
    await ours.chain.ended(UUID(ours.ids["batch_id"]))
    return {}


async def _another_batch(ours: Ours) -> dict[str, Any]:
    batch_id = await ours.chain.submit(8)
    listed = await ours.chain.ask(
        "ingest", "SELECT document_id FROM documents WHERE batch_id = $1 ORDER BY position DESC LIMIT 1", batch_id
    )
    ours.ids.update(batch_id=str(batch_id), document_id=str(listed[0].document_id))
    return {}


async def _a_batch_that_waits(ours: Ours) -> dict[str, Any]:
    """Until `_ended`: it can be cancelled, with its documents."""
    await ours.chain.pause("extractor")
    return await _another_batch(ours)


async def _letters(ours: Ours) -> dict[str, Any]:
    """Dead letters that every service can take."""
    letter, event = uuid4(), a_batch_missed(tenant_id=ours.chain.tenant, batch_id=uuid4())
    for name in NAMES:
        async with ours.chain.db(name).transaction() as tx:
            insert = "INSERT INTO dead_letters (id, tenant_id, queue, reason, body) VALUES ($1, $2, 'q', 'r', $3)"
            await run_sql(tx, insert, letter, ours.chain.tenant, event.to_bytes())
    return {"json": {"ids": [str(letter)], "dry_run": False}}


async def _its_key(ours: Ours) -> dict[str, Any]:
    sql = "SELECT unsubscribe_key FROM mail_recipients WHERE recipient_id = $1"
    ((key,),) = await ours.chain.ask("notifier", sql, UUID(ours.ids["recipient_id"]))
    return {"params": {"key": key}}


def _with(**instead: Any) -> Callable[[Ours], Awaitable[dict[str, Any]]]:
    async def prepare(_: Ours) -> dict[str, Any]:
        return instead

    return prepare


async def _renaming(ours: Ours) -> dict[str, Any]:
    return {"json": {"ids": [ours.ids["batch_id"]], "action": "rename", "name": "Another name"}}


async def _deleting(ours: Ours) -> dict[str, Any]:
    await _another_batch(ours)
    return {"json": {"ids": [ours.ids["document_id"]], "action": "delete"}}


# What an operation needs besides, to do something: parts of its request, or things that are there.
PREPARED: dict[str, Callable[[Ours], Awaitable[dict[str, Any]]]] = {
    "post /api/previews/files": _with(files=[("files", ("tried.pdf", an_invoice()))], data={"strategy": "auto"}),
    "post /api/batches/bulk": _renaming,
    "post /api/uploads/{upload_id}": _another_upload,
    "post /api/batches/{batch_id}/submit": _a_whole_file,
    "post /api/batches/{batch_id}/retry": _ended,
    "post /api/documents/{document_id}/cancel": _a_batch_that_waits,
    "post /api/mail/unsubscribe": _its_key,
    "patch /api/admin/tenants/{tenant_id}": _with(json={"plan": "enterprise"}),
    "post /api/admin/tenants": _with(json={"name": f"Tenant {uuid4().hex}", "plan": "plus"}),
    "post /api/documents/bulk": _deleting,
    "delete /api/documents/{document_id}": _another_batch,
    **{f"post /api/dead-letters/{name}/{act}": _letters for name in NAMES for act in ("redrive", "drop")},
}
