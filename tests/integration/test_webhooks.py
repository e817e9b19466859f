"""Webhooks over the API and what reaches their receivers: signed, once, each tenant its own."""

from typing import Any
from uuid import uuid4

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from services.notifier.forgetting import forget
from services.notifier.handlers import on_batch_deleted, on_quota_warning
from shared.db import rows, run_sql
from tests.integration.notifier_world import Notifier
from tests.integration.webhook_receivers import Receiver
from tests.makers import (
    a_batch_completed,
    a_batch_deleted,
    a_document_extracted,
    a_quota_warning,
    an_export_completed,
)


async def test_a_finished_batch_is_told_in_a_signed_message(notifier: Notifier, receiver: Receiver):
    webhook = await notifier.webhook(receiver.url("/ok"))
    event = notifier.completed(name="March")
    await notifier.hear(event)
    await notifier.run_due()

    (request,) = receiver.at("/ok")
    told = Webhook(webhook["secret"]).verify(request.body, request.headers)
    assert (told["type"], told["data"]["name"], told["data"]["batch_id"]) == (
        *("batch.completed", "March", str(event.batch_id)),
    )
    assert request.headers["webhook-id"] == str(event.id)
    (delivery,) = await notifier.deliveries(webhook)
    assert (delivery["state"], delivery["attempts"][0]["status"]) == ("delivered", 200)


async def test_an_event_heard_twice_is_delivered_once(notifier: Notifier, receiver: Receiver):
    await notifier.webhook(receiver.url("/ok"))
    event = notifier.completed()
    for _ in range(2):
        await notifier.hear(event)
        await notifier.run_due()

    assert len(receiver.received) == 1


async def test_only_the_events_asked_for_are_sent_and_no_content(notifier: Notifier, receiver: Receiver):
    await notifier.webhook(receiver.url("/documents"), events=["document.extracted"])
    await notifier.webhook(receiver.url("/batches"))
    batch = uuid4()
    await notifier.hear(
        a_document_extracted(tenant_id=notifier.tenant, batch_id=batch), notifier.completed(batch_id=batch)
    )
    await notifier.run_due()

    (document,), (completed,) = receiver.at("/documents"), receiver.at("/batches")
    assert b"batch.completed" in completed.body
    assert b"12.5" not in document.body


async def test_a_quota_that_runs_out_is_told_where_it_is_asked_for(notifier: Notifier, receiver: Receiver):
    await notifier.webhook(receiver.url("/quota"), events=["quota.warning"])
    await notifier.webhook(receiver.url("/batches"))
    async with notifier.db.transaction() as tx:
        await on_quota_warning([a_quota_warning(tenant_id=notifier.tenant)], tx=tx)
    await notifier.run_due()

    assert (len(receiver.at("/quota")), len(receiver.received)) == (1, 1)


async def test_another_tenants_events_and_webhooks_are_out_of_reach(notifier: Notifier, receiver: Receiver):
    webhook, stranger = await notifier.webhook(receiver.url("/ok")), uuid4()
    await notifier.hear(a_batch_completed(tenant_id=stranger))
    assert await notifier.run_due() == 0

    assert (await notifier.ask("GET", tenant=stranger)).json() == {"items": []}
    for method, path in [
        *(("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/secret"), ("POST", "/ping"), ("GET", "/deliveries")),
        ("POST", f"/deliveries/{uuid4()}/replay"),
    ]:
        body: Any = {"json": {"enabled": False}} if method == "PATCH" else {}
        answer = await notifier.ask(method, f"/{webhook['id']}{path}", tenant=stranger, **body)
        assert answer.status_code == 404, (method, path)


@pytest.mark.parametrize("table", ["webhooks", "deliveries", "attempts", "jobs"])
async def test_the_tables_show_a_tenant_its_own_rows_only(notifier: Notifier, receiver: Receiver, table: str):
    await notifier.webhook(receiver.url("/ok"))
    await notifier.hear(notifier.completed())
    await notifier.run_due()
    for tenant, some in ((notifier.tenant, True), (uuid4(), False), (None, False)):
        async with notifier.service.api_db.transaction(tenant=tenant) as tx:
            assert bool(await rows(tx, f"SELECT * FROM {table}")) is some


async def test_members_may_look_and_only_admins_change(notifier: Notifier, receiver: Receiver):
    new: Any = {"json": {"url": receiver.url("/ok")}}

    assert (await notifier.ask("GET", role="member")).status_code == 200
    assert (await notifier.ask("POST", role="member", **new)).status_code == 403


async def test_the_secret_is_shown_once(notifier: Notifier, receiver: Receiver):
    webhook = await notifier.webhook(receiver.url("/ok"))

    assert webhook["secret"].startswith("whsec_")
    listed, shown = await notifier.ask("GET"), await notifier.ask("GET", f"/{webhook['id']}")
    assert "secret" not in listed.text
    assert "secret" not in shown.text


async def test_an_address_inside_is_refused_when_the_webhook_is_made(notifier: Notifier):
    answer = await notifier.ask("POST", json={"url": "https://169.254.169.254/latest"})

    assert (answer.status_code, answer.json()["code"]) == (422, "url_not_allowed")


async def test_a_receiver_that_is_gone_is_not_asked_again(notifier: Notifier, receiver: Receiver):
    webhook = await notifier.webhook(receiver.url("/410"))
    await notifier.hear(notifier.completed())
    await notifier.run_due()
    await notifier.hear(notifier.completed())
    assert await notifier.run_due() == 0

    shown = (await notifier.ask("GET", f"/{webhook['id']}")).json()
    assert (shown["enabled"], len(receiver.received)) == (False, 1)
    assert "410" in shown["disabled_reason"]


async def test_a_webhook_switched_off_is_not_sent_what_waits(notifier: Notifier, receiver: Receiver):
    webhook = await notifier.webhook(receiver.url("/ok"))
    await notifier.hear(notifier.completed())
    await notifier.ask("PATCH", f"/{webhook['id']}", json={"enabled": False})
    await notifier.run_due()

    (delivery,) = await notifier.deliveries(webhook)
    assert (delivery["state"], delivery["attempts"][0]["error"], receiver.received) == (
        *("failed", "webhook_disabled", []),
    )


async def test_a_new_secret_and_the_old_one_are_valid_for_a_day(notifier: Notifier, receiver: Receiver):
    webhook = await notifier.webhook(receiver.url("/ok"))
    new = (await notifier.ask("POST", f"/{webhook['id']}/secret")).json()["secret"]
    await notifier.hear(notifier.completed())
    await notifier.run_due()
    async with notifier.db.transaction() as tx:
        await run_sql(tx, "UPDATE webhooks SET previous_until = now() - interval '1 second'")
    await notifier.hear(notifier.completed())
    await notifier.run_due()

    during, after = receiver.received
    for secret in (webhook["secret"], new):
        Webhook(secret).verify(during.body, during.headers)
    Webhook(new).verify(after.body, after.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(webhook["secret"]).verify(after.body, after.headers)


async def test_a_ping_and_a_replay_arrive(notifier: Notifier, receiver: Receiver):
    webhook = await notifier.webhook(receiver.url("/ok"))
    ping = (await notifier.ask("POST", f"/{webhook['id']}/ping")).json()
    await notifier.run_due()
    replayed = await notifier.ask("POST", f"/{webhook['id']}/deliveries/{ping['id']}/replay")
    await notifier.run_due()

    assert (replayed.status_code, replayed.json()["state"]) == (202, "waiting")
    assert [request.headers["webhook-id"] for request in receiver.received] == [ping["event_id"]] * 2
    (delivery,) = await notifier.deliveries(webhook)
    assert [attempt["status"] for attempt in delivery["attempts"]] == [200, 200]


async def test_a_replay_takes_the_place_of_the_attempt_that_waits(notifier: Notifier, receiver: Receiver):
    webhook = await notifier.webhook(receiver.url("/500"))
    await notifier.hear(notifier.completed())
    await notifier.run_due()
    (delivery,) = await notifier.deliveries(webhook)
    await notifier.ask("PATCH", f"/{webhook['id']}", json={"url": receiver.url("/ok")})
    await notifier.ask("POST", f"/{webhook['id']}/deliveries/{delivery['id']}/replay")
    await notifier.pass_time()
    await notifier.run_due()

    assert len(receiver.at("/ok")) == 1


async def test_of_a_deleted_batch_nothing_is_sent_and_nothing_is_kept(notifier: Notifier, receiver: Receiver):
    webhook = await notifier.webhook(receiver.url("/ok"))
    event = notifier.completed()
    await notifier.hear(event)
    async with notifier.db.transaction() as tx:
        await on_batch_deleted([a_batch_deleted(tenant_id=notifier.tenant, batch_id=event.batch_id)], tx=tx)
    await notifier.hear(event)
    await notifier.run_due()

    assert (receiver.received, await notifier.deliveries(webhook)) == ([], [])


async def test_a_webhook_removed_takes_its_log_with_it(notifier: Notifier, receiver: Receiver):
    webhook = await notifier.webhook(receiver.url("/ok"))
    await notifier.hear(notifier.completed())
    assert (await notifier.ask("DELETE", f"/{webhook['id']}")).status_code == 204
    await notifier.run_due()

    assert receiver.received == []
    assert (await notifier.ask("GET", f"/{webhook['id']}")).status_code == 404


async def test_deliveries_come_in_pages_and_are_forgotten_after_a_month(notifier: Notifier, receiver: Receiver):
    webhook = await notifier.webhook(receiver.url("/ok"))
    await notifier.hear(*(an_export_completed(tenant_id=notifier.tenant) for _ in range(5)))
    seen, cursor = [], ""
    while cursor is not None:
        page = (await notifier.ask("GET", f"/{webhook['id']}/deliveries?limit=2{cursor}")).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
    assert len(seen) == len(set(seen)) == 5

    async with notifier.db.transaction() as tx:
        await run_sql(tx, "UPDATE deliveries SET created_at = now() - interval '31 days'")
    assert await forget(notifier.db) == 0, "they still wait"
    await notifier.run_due()
    assert await forget(notifier.db) == 5
