"""Faults inside the broker's queues: too slow, too full, expired, deleted, and junk."""

import asyncio
import os
import random
import signal

import aio_pika
import orjson
import pytest

from shared.messaging import HEARS, control_queue, dead_queue, declare_topology
from tests import makers
from tests.faults.record import RecordCase, full_run
from tests.faults.stack.checker import settled
from tests.faults.stack.history import Tenant
from tests.faults.stack.loads import hand_in
from tests.faults.stack.waiting import until
from tests.faults.stack.world import World

pytestmark = pytest.mark.full


async def test_a_job_may_take_longer_than_the_broker_waits_for_an_ack(
    world: World, tenants: list[Tenant], record_case: RecordCase
):
    case = record_case("R14")
    await world.rabbitmqctl("eval", "application:set_env(rabbit, consumer_timeout, 1000).")
    world.model.seconds = (15, 16)
    case.injected("longest wait for an ack set to 1 s")
    await hand_in(tenants[:2], batches=1, documents=2)
    wrong = await settled(world, tenants, within=120)
    world.model.behave()
    await world.rabbitmqctl("eval", "application:set_env(rabbit, consumer_timeout, 1800000).")
    ids = [tenant.id for tenant in tenants]
    tried = await world.ask("extractor", "SELECT attempts FROM jobs WHERE tenant_id = ANY($1)", ids)
    case.figure = f"{len(tried)} jobs of 15 s, {sum(row['attempts'] for row in tried)} attempts"

    assert wrong == []
    assert {row["attempts"] for row in tried} == {1}


async def test_a_full_queue_holds_events_back_and_no_upload(
    world: World, tenants: list[Tenant], record_case: RecordCase
):
    case = record_case("R16")
    policy = "/api/policies/ingestio/full"
    await world.management(
        "PUT", policy, json={"pattern": "^classifier$", "definition": {"max-length": 5}, "apply-to": "queues"}
    )
    world.kill("classifier", signal.SIGSTOP)
    await hand_in(tenants, batches=4, documents=5)
    waiting = await until(lambda: _outbox(world), within=20)
    case.injected("event refused by a full queue", waiting)
    world.kill("classifier", signal.SIGCONT)
    await world.management("DELETE", policy)
    codes = {status for tenant in tenants for status, _ in tenant.answers}
    case.figure = f"{waiting} events waited in the outbox; uploads answered {codes}"

    assert await settled(world, tenants, within=120) == []
    assert codes == {202}


async def test_what_the_broker_gives_up_is_kept_and_may_be_redriven_twice(
    world: World, tenants: list[Tenant], record_case: RecordCase
):
    """Messages expire while their service is frozen, and at first there is nowhere to put them."""
    for id_ in ("R22", "R23"):
        record_case(id_).injected("queue for dead letters deleted")
    policy = "/api/policies/ingestio/expire"
    world.kill("classifier", signal.SIGSTOP)
    await world.management("DELETE", f"/api/queues/ingestio/{dead_queue('classifier')}")
    await world.management(
        "PUT", policy, json={"pattern": "^classifier$", "definition": {"message-ttl": 1}, "apply-to": "queues"}
    )
    await hand_in(tenants, batches=1, documents=3)
    await asyncio.sleep(5)
    await world.management("DELETE", policy)
    await declare_topology(world.urls.rabbitmq)
    world.kill("classifier", signal.SIGCONT)
    buried = await until(lambda: _letters(world, "classifier"), within=60)
    for tenant in tenants:
        for _ in range(2):
            url = f"{world.url('classifier')}/api/dead-letters/classifier/redrive"
            answer = await tenant.client.post(url, json={"dry_run": False})
            assert answer.status_code == 200, answer.text
    record_case("R23").injected("letter redriven twice", buried)

    assert await settled(world, tenants, within=120) == []


async def test_junk_is_set_aside_at_first_sight(world: World, tenants: list[Tenant], record_case: RecordCase):
    case, dice = record_case("R25", seed=25), random.Random(25)
    pids = dict(world.pids)
    queues = [name for service in HEARS for name in (service, control_queue(service))]
    envelope = orjson.loads(makers.a_document_classified().to_bytes())
    junk = [
        b"",
        b"\xff\x00\xfe",
        b"[" * 10_000,
        b'{"a":' * 10_000,
        orjson.dumps(envelope | {"type": "document.never_heard_of"}),
        orjson.dumps(envelope | {"tenantid": "nobody"}),
        orjson.dumps(envelope | {"data": {"document_id": "x\0y"}}),
        orjson.dumps(envelope | {"generation": "one"}),
        os.urandom(10_000_000),
    ]
    async with await aio_pika.connect(world.urls.rabbitmq) as connection:
        channel = await connection.channel()
        for _ in range(1000 if full_run() else 200):
            body = dice.choice(junk[:-1])
            message = aio_pika.Message(body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
            await channel.default_exchange.publish(message, routing_key=dice.choice(queues))
            case.injected("junk message")
        await channel.default_exchange.publish(aio_pika.Message(junk[-1]), routing_key="extractor")
        case.injected("message of 10 MB")
    await hand_in(tenants, batches=1, documents=3)

    assert await settled(world, tenants, within=120, buried=case.faults.total()) == []
    assert world.pids == pids
    for service in HEARS:
        await world.ask(service, "UPDATE dead_letters SET fate = 'dropped' WHERE fate IS NULL")


async def _outbox(world: World) -> int | None:
    return (await world.ask("ingest", "SELECT count(*) FROM outbox"))[0][0] or None


async def _letters(world: World, service: str) -> int | None:
    return (await world.ask(service, "SELECT count(*) FROM dead_letters WHERE fate IS NULL"))[0][0] or None
