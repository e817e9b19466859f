"""Where the time of one document goes: what the services wrote down of it, by the one clock of the machine."""

import statistics
from collections.abc import Sequence
from itertools import pairwise
from uuid import UUID

from bench.handing_in import Office

# By service: the moments it has written down of a batch of one document, in seconds since 1970. $1 is the batch.
_MOMENTS = {
    "ingest": "SELECT extract(epoch FROM created_at), extract(epoch FROM (created_event ->> 'time')::timestamptz) FROM batches WHERE batch_id = $1",
    "classifier": "SELECT extract(epoch FROM created_at), extract(epoch FROM started_at), extract(epoch FROM finished_at) FROM jobs WHERE batch_id = $1",
    "extractor": "SELECT extract(epoch FROM created_at), extract(epoch FROM started_at), extract(epoch FROM finished_at) FROM jobs WHERE batch_id = $1",
    "aggregator": "SELECT extract(epoch FROM min(at)) FROM live_log WHERE batch_id = $1 AND kind = 'batch.changed' AND data ->> 'status' = 'completed'",
}
STEPS = (
    "signed in, admitted, form on disk",
    "file opened, file and text layer stored",
    "queued and told (ingest's commit, the broker, until the classifier's transaction)",
    "job of the classifier written and claimed",
    "classified",
    "committed and told (until the extractor's transaction)",
    "job of the extractor written and claimed",
    "extracted",
    "committed and told (until the aggregator's transaction)",
    "read models written, sent, seen by the client",
)


async def moments_of(office: Office, batch: UUID) -> list[float]:
    """Everything between the first byte and the client, in order."""
    moments: list[float] = []
    for service, sql in _MOMENTS.items():
        connection = await office.look(service)
        try:
            moments += map(float, await connection.fetchrow(sql, batch))
        finally:
            await connection.close()
    return moments


def told(timelines: Sequence[Sequence[float]]) -> str:
    """The median of each step in milliseconds; each timeline has the sending first and the seeing last."""
    steps = [[(after - before) * 1000 for before, after in pairwise(line)] for line in timelines]
    middle = [statistics.median(step) for step in zip(*steps, strict=True)]
    return "\n".join(f"{name}: {took:.1f} ms" for name, took in zip(STEPS, middle, strict=True))
