"""Tombstones: what was stopped or deleted stays so, whatever arrives late.

Every transaction that takes events in holds one advisory lock shared; the transaction that writes a tombstone holds it alone.
So a row is either there when the tombstone looks for what it covers, or its writer sees the tombstone.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from shared.cloudevent import Event
from shared.db import Transaction, rows, run_sql
from shared.events import BatchDeleted, DocumentDeleted

E = TypeVar("E", bound=Event)

_FOR_EVER = 2**31 - 1  # generations

_ENTOMB = """
INSERT INTO tombstones AS t (tenant_id, subject, up_to_generation, deleted, reason)
SELECT tenant_id, subject, max(generation), $4, max(reason)
FROM unnest($1::uuid[], $2::uuid[], $3::int[], $5::text[]) AS u (tenant_id, subject, generation, reason)
GROUP BY tenant_id, subject ORDER BY tenant_id, subject
ON CONFLICT (tenant_id, subject) DO UPDATE
  SET up_to_generation = greatest(t.up_to_generation, excluded.up_to_generation), deleted = t.deleted OR excluded.deleted
"""


async def entomb(tx: Transaction, events: Sequence[Event], *, reasons: Sequence[str], deleted: bool = False) -> None:
    """Nothing of these batches or documents goes on, up to the generation of the event; nothing at all when `deleted`."""
    await lock_out_writers(tx)
    await run_sql(
        tx,
        _ENTOMB,
        [event.tenant_id for event in events],
        [event.subject for event in events],
        [_FOR_EVER if deleted else event.generation for event in events],
        deleted,
        list(reasons),
    )


async def lock_out_writers(tx: Transaction) -> None:
    """Wait for those who take events in, and keep them waiting until this transaction ends."""
    await run_sql(tx, "SELECT pg_advisory_xact_lock(4712)")


async def living(tx: Transaction, events: Sequence[E]) -> list[E]:
    """The events whose batches and documents were not deleted. Until this transaction ends, none of those can be."""
    dead = await gone(tx, {id_ for event in events for id_ in (event.batch_id, event.subject)})
    return [event for event in events if not {event.batch_id, event.subject} & dead]


async def gone(tx: Transaction, subjects: Iterable[UUID]) -> set[UUID]:
    """Those of these batches and documents that were deleted; the others stay until this transaction ends."""
    return {row.gone for row in await rows(tx, "SELECT gone($1::uuid[])", list(set(subjects)))}


async def erase(tx: Transaction, events: Sequence[BatchDeleted], *, tables: Sequence[str]) -> None:
    """Tombstones for ever; the batches' rows of `tables`, and their dead letters, go."""
    await entomb(tx, events, reasons=["deleted"] * len(events), deleted=True)
    for event in events:
        for table in tables:
            await run_sql(tx, f"DELETE FROM {table} WHERE batch_id = $1", event.batch_id)  # noqa: S608  # names from code
        await run_sql(
            tx, "DELETE FROM dead_letters WHERE position($1::bytea IN body) > 0", str(event.batch_id).encode()
        )


async def erase_documents(tx: Transaction, events: Sequence[DocumentDeleted], *, tables: Mapping[str, str]) -> None:
    """The same for single documents. `tables` are by the name of the column with the document's id."""
    await entomb(tx, events, reasons=["deleted"] * len(events), deleted=True)
    for table, column in tables.items():
        await run_sql(
            tx,
            f"DELETE FROM {table} WHERE {column} = ANY($1::uuid[])",  # noqa: S608  # names from code
            [event.document_id for event in events],
        )
    for event in events:
        await run_sql(
            tx,
            "DELETE FROM dead_letters WHERE type LIKE 'document.%' AND position($1::bytea IN body) > 0",
            str(event.document_id).encode(),
        )
