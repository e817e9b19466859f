"""The checker: what the clients saw, held against what the system says now; and the invariants that only tables can tell.

`settled` waits for rest, and returns what does not hold, a line each: an empty list is the proof.
"""

import asyncio
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any
from uuid import UUID

import httpx2

from shared.migrations import SERVICES
from shared.storage import Storage
from tests.faults.stack.history import Accepted, Tenant
from tests.faults.stack.waiting import until
from tests.faults.stack.world import World

QUIET_WITHIN = 60
ENDED = {"completed", "partially_completed", "failed", "cancelled"}
TERMINAL = {"document.extracted": "completed", "document.failed": "failed", "document.cancelled": "cancelled"}
QUEUES = ("classifier", "extractor", "exporter", "notifier")
SECRETS = re.compile(r"Harbour Books|igt_[A-Za-z0-9_-]{20}|sk-stub|whsec_|-(?:worker|api|owner)-secret")

Documents = dict[UUID, dict[str, Any]]


async def settled(
    world: World, tenants: Sequence[Tenant], *, within: float = QUIET_WITHIN, buried: int = 0
) -> list[str]:
    """What is wrong when all has come to rest. `buried` is how many dead letters there ought to be."""
    try:
        await until(lambda: _at_rest(world, tenants), within=within, every=0.5)
    except TimeoutError:
        return [f"no rest within {within} s: {await restless(world, tenants)}"]
    wrong = [line for tenant in tenants for line in await _of_tenant(world, tenant)]
    wrong += await _of_tables(world, tenants, buried)
    return wrong + [f"V12: {line}" for line in _indiscreet(world)]


async def restless(world: World, tenants: Sequence[Tenant]) -> dict[str, int]:
    """How much is still open, by what it is."""
    open_: Counter[str] = Counter()
    for service in SERVICES:
        open_[f"{service} outbox"] += (await world.ask(service, "SELECT count(*) FROM outbox"))[0][0]
    ids = [tenant.id for tenant in tenants]
    for service in QUEUES:
        sql = "SELECT count(*) FROM jobs WHERE state IN ('q', 'd', 's', 'r') AND tenant_id = ANY($1)"
        open_[f"{service} jobs"] += (await world.ask(service, sql, ids))[0][0]
    pairs = "SELECT count(*) FROM documents WHERE status = 'uploaded' AND tenant_id = ANY($1)"
    open_["pairs"] += (await world.ask("ingest", pairs, ids))[0][0]
    for tenant in tenants:
        for batch in tenant.batches:
            open_["batches"] += not await _has_ended(tenant, batch)
    return {name: count for name, count in open_.items() if count}


async def _at_rest(world: World, tenants: Sequence[Tenant]) -> bool | None:
    try:
        return not await restless(world, tenants) or None
    except (OSError, httpx2.HTTPError):
        return None


async def _has_ended(tenant: Tenant, batch: Accepted) -> bool:
    if batch.deleted:
        answer = await tenant.client.get(f"{tenant.world.url('aggregator')}/api/batches/{batch.id}")
        return answer.status_code == 404
    seen = await tenant.get("aggregator", f"/api/batches/{batch.id}")
    told = {
        (event["batch_id"], event["generation"]) for _, event in tenant.webhooks if event["type"] == "batch.completed"
    }
    return (
        seen["status"] in ENDED and seen["generation"] >= batch.generation and (str(batch.id), batch.generation) in told
    )


async def _of_tenant(world: World, tenant: Tenant) -> list[str]:
    kept = [batch for batch in tenant.batches if not batch.deleted]
    documents: Documents = {}
    for batch in kept:
        page = await tenant.get("aggregator", f"/api/batches/{batch.id}/documents", limit=200)
        documents |= {UUID(item["id"]): item for item in page["items"]}
    wrong = [*_lost(kept, documents), *_told_wrongly(tenant, kept, documents), *_live_wrongly(tenant, documents)]
    wrong += await _charged_wrongly(tenant, documents)
    for batch in kept:
        wrong += await _timeline_wrong(tenant, batch)
        wrong += await _results_wrong(tenant, batch, documents)
    return [f"{line} (tenant {tenant.id})" for line in wrong]


def _lost(batches: Sequence[Accepted], documents: Documents) -> Iterator[str]:
    for batch in batches:
        for document in batch.pages:
            if documents.get(document, {}).get("status") not in ENDED:
                yield f"V1: {document} was accepted and has not ended"
    promised = {document for batch in batches for document in batch.pages}
    unexpected = {id_ for id_, seen in documents.items() if id_ not in promised and seen["status"] != "failed"}
    yield from (f"V1: {document} was never accepted" for document in unexpected)


def _told_wrongly(tenant: Tenant, batches: Sequence[Accepted], documents: Documents) -> Iterator[str]:
    """Each (document, generation) ended once, each (batch, generation) completed once, whatever was sent twice."""
    ends: dict[tuple[str, int], set[tuple[str, str]]] = defaultdict(set)
    ours = {str(batch.id) for batch in tenant.batches}
    for id_, event in tenant.webhooks:
        if event["batch_id"] not in ours:
            yield f"V8: a webhook about batch {event['batchid']}"
        if event["type"] in TERMINAL or event["type"] == "batch.completed":
            ends[str(event.get("document_id", event["batch_id"])), event["generation"]].add((event["type"], id_))
    for (subject, generation), told in ends.items():
        if len(told) > 1:
            yield f"V2: {subject} ended in generation {generation} as {sorted(told)}"
    for document, seen in documents.items():
        told = ends.get((str(document), seen["generation"]), set())
        if seen["status"] in ENDED and {TERMINAL[kind] for kind, _ in told} != {seen["status"]}:
            yield f"V2: {document} is {seen['status']}, told as {sorted(told)}"


def _live_wrongly(tenant: Tenant, documents: Documents) -> Iterator[str]:
    ids = [id_ for id_, kind, _ in tenant.live if kind != "snapshot"]
    if ids != sorted(set(ids)):
        yield f"V11: live events repeat or go back: {[b for a, b in pairwise(ids) if b <= a][:3]}"
    ours = {str(batch.id) for batch in tenant.batches}
    for _, kind, body in tenant.live:
        if kind == "document.changed" and body["batch_id"] not in ours:
            yield f"V8: a live event about batch {body['batch_id']}"
    last = {body["id"]: body["status"] for _, kind, body in tenant.live if kind == "document.changed"}
    for id_, seen in documents.items():
        if last.get(str(id_), seen["status"]) != seen["status"]:
            yield f"V11: the last live event of {id_} says {last[str(id_)]}, it is {seen['status']}"


async def _charged_wrongly(tenant: Tenant, documents: Documents) -> list[str]:
    usage = await tenant.get("ingest", "/api/usage")
    pages = (
        sum(seen["pages"] for seen in documents.values() if seen["status"] == "completed") + tenant.pages_charged_before
    )
    wrong = [] if usage["reserved"] == 0 else [f"V3: {usage['reserved']} pages stay reserved"]
    return wrong + ([] if usage["used"] == pages else [f"V3: {usage['used']} pages charged, {pages} succeeded"])


async def _timeline_wrong(tenant: Tenant, batch: Accepted) -> list[str]:
    """A document never goes on after its end, in the same generation."""
    wrong = []
    for document in batch.pages:
        seen = await tenant.get("aggregator", f"/api/documents/{document}")
        ends = Counter(
            step["generation"] for step in seen["timeline"] if step["what"] in {*TERMINAL, *TERMINAL.values()}
        )
        wrong += [f"V5: {document} ended {n} times in generation {g}" for g, n in ends.items() if n > 1]
    return wrong


async def _results_wrong(tenant: Tenant, batch: Accepted, documents: Documents) -> list[str]:
    page = await tenant.get("extractor", "/api/results", batch_id=str(batch.id), limit=200)
    read = {UUID(item["document_id"]) for item in page["items"]}
    completed = {id_ for id_ in batch.pages if documents.get(id_, {}).get("status") == "completed"}
    return (
        [f"V10: {len(completed - read)} completed documents of {batch.id} have no result"] if completed - read else []
    )


async def _of_tables(world: World, tenants: Sequence[Tenant], buried: int) -> list[str]:
    ids = [tenant.id for tenant in tenants]
    wrong = []
    for service in ("classifier", "extractor"):
        tried = await world.ask(service, "SELECT subject FROM jobs WHERE attempts > 4 AND tenant_id = ANY($1)", ids)
        wrong += [f"V4: {service} tried {row['subject']} more than four times" for row in tried]
    letters = 0
    for service in SERVICES:
        letters += (await world.ask(service, "SELECT count(*) FROM dead_letters WHERE fate IS NULL"))[0][0]
        stuck = "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND state_change < now() - interval '15 s'"
        if (await world.ask(service, stuck))[0][0]:
            wrong.append(f"V13: {service} has a transaction that idles")
    wrong += [] if letters == buried else [f"V6: {letters} dead letters, {buried} expected"]
    return wrong + await _dangling(world, ids)


async def _dangling(world: World, tenants: Sequence[UUID]) -> list[str]:
    """References without an object."""
    storage = Storage(world.urls.s3)
    keys = await world.ask(
        "ingest",
        "SELECT object_key FROM documents WHERE object_key IS NOT NULL AND tenant_id = ANY($1)"
        " UNION SELECT text_key FROM documents WHERE text_key IS NOT NULL AND tenant_id = ANY($1)",
        list(tenants),
    )
    missing = await asyncio.gather(*(storage.size(row[0]) for row in keys), return_exceptions=True)
    return [
        f"V7: {row[0]} is referred to and missing"
        for row, found in zip(keys, missing, strict=True)
        if not isinstance(found, int)
    ]


def _indiscreet(world: World) -> Iterator[str]:
    for file in world.folder.glob("*.log"):
        if found := SECRETS.search(file.read_text(errors="replace")):
            yield f"{file.name} holds {found[0][:20]!r}"
