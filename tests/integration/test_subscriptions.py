"""Subscription events over HTTP: signed, once, in whatever order they come."""

import asyncio
import json
import time
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from services.ingest.signatures import sign
from tests.integration.front_door import WEBHOOK_SECRET, FrontDoor, Renter

NOW = int(time.time())


def event(tenant: Renter, kind: str = "updated", *, at: int = 0, **said: Any) -> dict[str, Any]:
    """An event as Stripe sends it, `at` seconds after the first; `said` are fields of the subscription."""
    subscription = {
        "id": f"sub_{tenant.id}",
        "object": "subscription",
        "customer": f"cus_{tenant.id}",
        "status": "active",
        "items": {"object": "list", "data": [{"id": "si_1", "price": {"id": "price_1", "lookup_key": "plus"}}]},
        "metadata": {"tenant_id": str(tenant.id)},
    }
    return {
        "id": f"evt_{uuid4().hex}",
        "object": "event",
        "type": f"customer.subscription.{kind}",
        "created": NOW + at,
        "data": {"object": subscription | said},
    }


def on_plan(name: str) -> dict[str, Any]:
    return {"items": {"data": [{"price": {"lookup_key": name}}]}}


async def send(
    door: FrontDoor, told: dict[str, Any], *, body: bytes | None = None, age: int = 0, secret: str = WEBHOOK_SECRET
) -> httpx2.Response:
    signed = json.dumps(told).encode()
    stamp = str(int(time.time()) - age)
    header = {"stripe-signature": f"t={stamp},v1={sign(stamp, signed, secret=secret)},v0=x"}
    async with door.http() as client:
        return await client.post("/api/subscriptions/webhook", content=body or signed, headers=header)


async def state(door: FrontDoor, tenant: Renter) -> tuple[str, str]:
    (row,) = await door.rows("SELECT plan, status FROM tenants WHERE tenant_id = $1", tenant.id)
    return row.plan, row.status


async def test_a_subscription_brings_its_plan_changes_it_and_ends(front_door: FrontDoor):
    tenant = await front_door.tenant(plan="starter")

    states = []
    for told in (
        event(tenant, "created", status="trialing"),
        event(tenant, "updated", at=1, **on_plan("growth")),
        event(tenant, "updated", at=2, status="past_due", **on_plan("growth")),
        event(tenant, "deleted", at=3, status="active", items={"data": []}),
    ):
        assert (await send(front_door, told)).json() == {"applied": True}
        states.append(await state(front_door, tenant))

    assert states == [("plus", "trialing"), ("growth", "active"), ("growth", "past_due"), ("growth", "canceled")]


async def test_whatever_the_order_the_newest_event_holds(front_door: FrontDoor):
    tenant = await front_door.tenant(plan="starter")
    created, updated, deleted = (
        event(tenant, "created"),
        event(tenant, "updated", **on_plan("growth")),
        event(tenant, "deleted"),
    )

    applied = [(await send(front_door, told)).json()["applied"] for told in (updated, created, deleted, updated)]

    assert applied == [True, False, True, False]
    assert (await state(front_door, tenant))[1] == "canceled"


async def test_an_event_sent_again_changes_nothing(front_door: FrontDoor):
    tenant = await front_door.tenant(plan="starter")
    told = event(tenant, "created")

    answers = await asyncio.gather(*(send(front_door, told) for _ in range(20)))
    await front_door.change(tenant, plan="growth")
    late = await send(front_door, told)

    assert [answer.json()["applied"] for answer in answers].count(True) == 1
    assert (late.json()["applied"], await state(front_door, tenant)) == (False, ("growth", "active"))


async def test_the_end_of_a_subscription_that_was_replaced_ends_nothing(front_door: FrontDoor):
    tenant = await front_door.tenant(plan="starter")
    await send(front_door, event(tenant, "created"))
    await send(front_door, event(tenant, "created", at=5, id="sub_new", **on_plan("growth")))

    await send(front_door, event(tenant, "deleted", at=9))
    await send(front_door, event(tenant, "updated", at=7))

    assert await state(front_door, tenant) == ("growth", "active")


async def test_a_tenant_is_known_by_its_customer_later(front_door: FrontDoor):
    tenant = await front_door.tenant(plan="starter")
    await send(front_door, event(tenant, "created"))

    await send(front_door, event(tenant, "updated", at=1, metadata={}, **on_plan("growth")))

    assert await state(front_door, tenant) == ("growth", "active")


async def test_a_body_that_was_changed_on_the_way_is_refused(front_door: FrontDoor):
    tenant = await front_door.tenant(plan="starter")
    told = event(tenant, "created")
    forged = json.dumps(told).replace("plus", "growth").encode()

    answer = await send(front_door, told, body=forged)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_signature")
    assert await state(front_door, tenant) == ("starter", "active")


@pytest.mark.parametrize("age", [301, -301])
async def test_an_old_signature_is_refused_though_it_is_true(front_door: FrontDoor, age: int):
    tenant = await front_door.tenant(plan="starter")

    answer = await send(front_door, event(tenant, "created"), age=age)

    assert (answer.status_code, answer.json()["code"]) == (400, "signature_expired")
    assert await state(front_door, tenant) == ("starter", "active")


async def test_another_secret_is_refused(front_door: FrontDoor):
    tenant = await front_door.tenant(plan="starter")

    assert (await send(front_door, event(tenant), secret="whsec_of_a_thief")).status_code == 400


async def test_without_a_signature_nothing_is_heard(front_door: FrontDoor):
    async with front_door.http() as client:
        answer = await client.post("/api/subscriptions/webhook", json={"id": "evt_1"})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_signature")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"metadata": {"tenant_id": str(uuid4())}}, "unknown_tenant"),
        (on_plan("gold"), "unknown_plan"),
    ],
)
async def test_what_names_something_unknown_is_refused_so_that_it_is_sent_again(
    front_door: FrontDoor, said: dict[str, Any], code: str
):
    tenant = await front_door.tenant(plan="starter")

    answer = await send(front_door, event(tenant, "created", **said))

    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_events_of_other_kinds_and_of_other_customers_are_taken_and_left_alone(front_door: FrontDoor):
    tenant = await front_door.tenant(plan="starter")
    invoice = event(tenant) | {"type": "invoice.paid", "data": {"object": {"id": "in_1"}}}
    stranger = event(tenant, customer="cus_of_nobody", metadata={})

    answers = [await send(front_door, told) for told in (invoice, stranger)]

    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, {"applied": False})] * 2
