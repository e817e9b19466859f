"""V2, V4 and V6 to V10: what a run left behind in tables, objects, exports and at receivers."""

import json
from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from shared.events import BatchCompleted, DocumentExtracted
from tests.faults.simulation.endings import TERMINAL
from tests.faults.simulation.facts import Facts, Row
from tests.faults.simulation.world import NAMES

_MOST_ATTEMPTS = 4
_MOST_CRASHES = 3
# Ids, states and counts; `batches` is left blank. The live log goes after a day.
_STAY_AFTER_DELETION = {"tombstones", "audit", "quota_ledger", "batches", "live_log"}


def webhooks_tell_every_end(facts: Facts) -> Iterator[str]:
    """At least once each, always under the event's id, and with nothing made up."""
    if not facts.world.plan.whole:
        return
    received = Counter(one.webhook_id for one in facts.world.receivers.received)
    told = {
        str(event.id): event for event in facts.told if type(event) in TERMINAL or isinstance(event, BatchCompleted)
    }
    for id_, event in told.items():
        if event.batch_id not in facts.deleted and not received[id_]:
            yield f"no webhook told of {event.type} of {event.subject, event.generation}"
    yield from (f"a webhook told of {id_}, which nobody said" for id_ in received if id_ not in told)


def no_job_was_tried_too_often(facts: Facts) -> Iterator[str]:
    for service in ("classifier", "extractor"):
        for job in facts.rows(service, "jobs"):
            if job["attempts"] > _MOST_ATTEMPTS or job["crashes"] > _MOST_CRASHES:
                yield f"{service} tried {job['subject']} {job['attempts']} times and crashed {job['crashes']} times"
            if job["attempts"] < 0:
                yield f"{service} gave back an attempt of {job['subject']} that never was"
    for pair, calls in facts.world.model.tried.items():
        if calls > _MOST_ATTEMPTS + _MOST_CRASHES:
            yield f"the model read {pair} {calls} times"


def only_junk_was_set_aside(facts: Facts) -> Iterator[str]:
    waiting = [letter for name in NAMES for letter in facts.rows(name, "dead_letters")]
    real = [letter for letter in waiting if letter["type"] is not None]
    yield from (f"{letter['queue']} set {letter['type']} aside: {letter['reason']}" for letter in real)
    struck = facts.world.plan.struck
    least = 0 if struck["queued messages lost"] or struck["broker wiped"] else struck["junk message"]
    if len(waiting) - len(real) < least:
        yield f"{least} messages were junk, {len(waiting)} were set aside"


def every_object_that_is_named_exists(facts: Facts) -> Iterator[str]:
    there = facts.world.bucket.objects
    named = [
        row[column]
        for row in facts.documents.values()
        if row["batch_id"] not in facts.deleted
        for column in ("object_key", "text_key")
        if row[column]
    ]
    named += [row["object_key"] for row in facts.rows("exporter", "export_files") if _lasts(facts, row["export_id"])]
    yield from (f"{key} is named and not there" for key in named if key not in there)


def _lasts(facts: Facts, export_id: UUID) -> bool:
    return all(
        row["batch_id"] not in facts.deleted
        for row in facts.rows("exporter", "exports")
        if row["export_id"] == export_id
    )


def rows_belong_to_one_tenant(facts: Facts) -> Iterator[str]:
    owners = {row["batch_id"]: row["tenant_id"] for row in facts.batches.values()}
    for service in NAMES:
        for table, rows in facts.contents[service].items():
            for row in rows:
                owner = owners.get(row.get("batch_id"))
                if owner and row.get("tenant_id") not in {None, owner}:
                    yield f"{service}.{table} has a row of batch {row['batch_id']} for another tenant"


def webhooks_go_to_their_own_tenant(facts: Facts) -> Iterator[str]:
    owners = {str(event.id): event.tenant_id for event in facts.told}
    for one in facts.world.receivers.received:
        if owners.get(one.webhook_id, one.tenant_id) != one.tenant_id:
            yield f"webhook {one.webhook_id} went to another tenant"


def nothing_is_left_of_deleted_batches(facts: Facts) -> Iterator[str]:
    for service in NAMES:
        for table, rows in facts.contents[service].items():
            left = [row for row in rows if row.get("batch_id") in facts.deleted and not _may_stay(table, row)]
            if left:
                yield f"{len(left)} rows of a deleted batch are left in {service}.{table}"
    for key in facts.world.bucket.objects:
        if any(str(batch_id) in key for batch_id in facts.deleted):
            yield f"{key} is left of a deleted batch"
    for submission in facts.history.submissions:
        if submission.deleted_at is not None and submission.batch_id not in facts.deleted:
            yield f"{submission.name} was deleted, they said, and is there"


def _may_stay(table: str, row: Row) -> bool:
    """What is about the tenant stays: that its quota is nearly used up, whichever batch it was that reached the level."""
    return table in _STAY_AFTER_DELETION or (table, row.get("kind")) == ("notices", "quota.warning")


def exports_hold_what_was_read(facts: Facts) -> Iterator[str]:
    """A batch that asked for its export has one of its last generation, with the results that were told."""
    exports = {(row["batch_id"], row["subject"]): row for row in facts.rows("exporter", "jobs")}
    files = {row["export_id"]: row for row in facts.rows("exporter", "export_files")}
    for submission in facts.history.submissions:
        batch = facts.batches.get(submission.batch_id)  # type: ignore[arg-type]  # None is no batch's id
        if not submission.wants_export or batch is None or batch["batch_id"] in facts.deleted:
            continue
        made = [
            files[row["subject"]]
            for (batch_id, _), row in exports.items()
            if batch_id == batch["batch_id"] and row["generation"] == batch["generation"] and row["subject"] in files
        ]
        if not made:
            yield f"{submission.name} has no export of generation {batch['generation']}"
        for file in made:
            yield from _compared(facts, batch["batch_id"], file["object_key"])


def _compared(facts: Facts, batch_id: UUID, key: str) -> Iterator[str]:
    shown = {entry["document_id"]: entry for entry in json.loads(facts.world.bucket.objects[key])}
    for document_id, row in facts.documents.items():
        if row["batch_id"] != batch_id:
            continue
        entry = shown.get(str(document_id))
        if entry is None or entry["status"] != row["status"]:
            yield f"{key} has {document_id} as {entry and entry['status']}"
        elif row["status"] == "completed" and entry["data"] != _read(facts, document_id, row["generation"]):
            yield f"{key} has other values of {document_id} than were read"


def _read(facts: Facts, document_id: UUID, generation: int) -> object:
    for event in facts.told:
        if isinstance(event, DocumentExtracted) and (event.document_id, event.generation) == (document_id, generation):
            return event.result.data if event.result else None
    return None
