"""What is there of the batches and documents that events are about: the batches locked until the transaction ends."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from pydantic import TypeAdapter

from services.aggregator.batch_state import BatchState
from services.aggregator.document_state import DocumentState
from shared.db import Transaction, rows

Key = tuple[UUID, UUID]  # tenant, then batch or document


@dataclass
class Found:
    """`dead` are those of the subjects that were deleted; of dead batches nothing else is there."""

    dead: set[UUID]
    batches: list[BatchState]
    documents: list[DocumentState]


_FOUND = TypeAdapter(Found)


async def take_up(
    tx: Transaction, *, subjects: Iterable[UUID], batches: Iterable[Key], documents: Iterable[Key]
) -> Found:
    """Lock these batches, made where missing, and read them and these documents."""
    keys = [*_columns(batches), *_columns(documents)]
    ((found,),) = await rows(
        tx,
        "SELECT take_up($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[])::text",
        list(set(subjects)),
        *keys,
    )
    return _FOUND.validate_json(found)


def _columns(keys: Iterable[Key]) -> tuple[list[UUID], list[UUID]]:
    distinct = sorted(set(keys))
    return [tenant_id for tenant_id, _ in distinct], [id_ for _, id_ in distinct]
