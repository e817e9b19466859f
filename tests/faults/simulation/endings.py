"""V1, V2 and V5: every document ends once, every generation completes once, and nobody sees it otherwise."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from shared.cloudevent import Event
from shared.events import BatchCompleted, DocumentCancelled, DocumentExtracted, DocumentFailed
from tests.faults.simulation.facts import Facts

TERMINAL = {DocumentExtracted: "completed", DocumentFailed: "failed", DocumentCancelled: "cancelled"}
_ENDED = set(TERMINAL.values())
_BATCH_ENDED = {"completed", "partially_completed", "failed", "cancelled"}


def ends(facts: Facts) -> dict[tuple[UUID, int], set[str]]:
    """The kinds of end that were told of each pair."""
    told: dict[tuple[UUID, int], set[str]] = defaultdict(set)
    for event in facts.told:
        if kind := TERMINAL.get(type(event)):
            told[event.subject, event.generation].add(kind)
    return told


def every_accepted_document_has_ended(facts: Facts) -> Iterator[str]:
    for submission in facts.history.submissions:
        if submission.batch_id in facts.deleted:
            continue
        for file in submission.accepted:
            row = facts.documents.get(UUID(file["document_id"]))
            if row is None or row["status"] not in _ENDED:
                yield f"lost: document {file['document_id']} of {submission.name} is {row and row['status']}"


def everybody_gets_an_answer(facts: Facts) -> Iterator[str]:
    """202, no room in the quota, or 409: the first request with this key was cut off, and is still held for running."""
    for submission in facts.history.submissions:
        if submission.answer is None and submission.told[-1] not in {402, 409}:
            yield f"nobody answered {submission.name}: {submission.told}"


def nothing_is_there_that_nobody_handed_in(facts: Facts) -> Iterator[str]:
    """Unexpected and duplicated batches. One whose answer was lost may be there: recovered."""
    queued = [row for row in facts.batches.values() if row["created_event"] is not None]
    for submission in facts.history.submissions:
        same = [row for row in queued if (row["tenant_id"], row["name"]) == (submission.tenant_id, submission.name)]
        if len(same) > 1:
            yield f"duplicated: {submission.name} is there {len(same)} times"
        if submission.batch_id and submission.batch_id not in facts.batches:
            yield f"lost: batch {submission.name}"
    asked = {(one.tenant_id, one.name) for one in facts.history.submissions}
    yield from (f"unexpected: batch {row['name']}" for row in queued if (row["tenant_id"], row["name"]) not in asked)


def a_pair_has_one_terminal_event(facts: Facts) -> Iterator[str]:
    told = ends(facts)
    yield from (f"pair {pair} ended as {sorted(kinds)}" for pair, kinds in told.items() if len(kinds) > 1)
    for document_id, row in facts.documents.items():
        for generation in range(1, row["generation"] + 1):
            # A generation that did not include this document has no pair.
            if (document_id, generation) not in told and generation == row["generation"]:
                yield f"pair {document_id, generation} has no terminal event"


def every_reader_tells_the_same_end(facts: Facts) -> Iterator[str]:
    """ingest, the aggregator, the exporter and the broker agree about each document."""
    told = ends(facts)
    shown = {row["document_id"]: row for row in facts.rows("aggregator", "documents")}
    exported = {row["document_id"]: row for row in facts.rows("exporter", "export_documents")}
    readers = [("aggregator", shown), *([("exporter", exported)] if facts.world.plan.whole else [])]
    for document_id, row in facts.documents.items():
        if row["batch_id"] in facts.deleted:
            continue
        end = row["generation"], row["status"]
        for reader, rows in readers:
            seen = rows.get(document_id, {"generation": None, "status": None})
            if (seen["generation"], seen["status"]) != end:
                yield f"{reader} has {document_id} as {seen['generation'], seen['status']}, ingest as {end}"
        if told.get((document_id, row["generation"]), set()) != {row["status"]}:
            yield f"ingest has {document_id} as {end}, told was {told.get((document_id, row['generation']))}"


def every_generation_completed_once(facts: Facts) -> Iterator[str]:
    completed: dict[tuple[UUID, int], list[BatchCompleted]] = defaultdict(list)
    for event in facts.told:
        if isinstance(event, BatchCompleted):
            completed[event.batch_id, event.generation].append(event)
    for batch_id, row in facts.batches.items():
        if batch_id in facts.deleted or row["created_event"] is None:
            continue
        files = len(row["created_event"]["data"]["files"])
        for generation in range(1, row["generation"] + 1):
            told = completed.pop((batch_id, generation), [])
            yield from _judged(batch_id, generation, told, files=files)
        counted = _counts(facts, batch_id)
        last = (told[-1].completed, told[-1].failed, told[-1].cancelled) if told else None
        if last != counted:
            yield f"the end of batch {batch_id} told of {last}, its documents are {counted}"
        if told and told[-1].status.value != row["status"]:
            yield f"batch {batch_id} ended as {told[-1].status.value}, ingest has it as {row['status']}"
    for batch_id, generation in completed:
        if batch_id not in facts.deleted:
            yield f"batch.completed of {batch_id, generation}, which is no generation"


def _judged(batch_id: UUID, generation: int, told: list[BatchCompleted], *, files: int) -> Iterator[str]:
    if not told:
        yield f"no batch.completed of {batch_id, generation}"
    if len({event.id for event in told}) > 1:
        yield f"batch.completed of {batch_id, generation} has several ids"
    for event in told:
        if event.total != files:
            yield f"batch.completed of {batch_id, generation} came when {event.total} of {files} had ended"


def _counts(facts: Facts, batch_id: UUID) -> tuple[int, int, int]:
    own = [row["status"] for row in facts.documents.values() if row["batch_id"] == batch_id]
    return own.count("completed"), own.count("failed"), own.count("cancelled")


def an_event_always_says_the_same(facts: Facts) -> Iterator[str]:
    """Two messages with one id are one fact: a second reading of a document would show here."""
    said: dict[UUID, Any] = {}
    for event in facts.told:
        if type(event) in TERMINAL or isinstance(event, BatchCompleted):
            first = said.setdefault(event.id, _content(event))
            if first != _content(event):
                yield f"{event.type} of {event.subject, event.generation} says two things"


def _content(event: Event) -> Any:
    return event.model_dump(mode="json")


def no_status_went_backwards(facts: Facts) -> Iterator[str]:
    """A client that has seen the end of a generation never sees that generation open again."""
    for submission in facts.history.submissions:
        ended: dict[int, str] = {}
        for generation, status in submission.seen:
            if generation in ended and status not in _BATCH_ENDED:
                yield f"{submission.name} went from {ended[generation]} back to {status} in generation {generation}"
            if status in _BATCH_ENDED:
                ended[generation] = status
