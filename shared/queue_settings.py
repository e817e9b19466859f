"""What operators change about a service's queue while it runs: whether it is paused, how many jobs at once, how many retries.

The worker learns of it with the pulse, so that no claim asks for it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from shared.db import Transaction, rows, run_sql
from shared.table_stats import COUNT_JOBS

# For the end of a SELECT: there may be no settings.
READ = "coalesce(paused, false) AS paused, slots, retries FROM (SELECT) AS always LEFT JOIN queue_settings ON true"
_LOOK = f"""
SELECT jobs.*, coalesce(paused, false) AS paused, slots, retries, changed_at, changed_by
FROM ({COUNT_JOBS}) AS jobs LEFT JOIN queue_settings ON true
"""  # noqa: S608  # constants
_STORE = """
INSERT INTO queue_settings AS q (paused, slots, retries, changed_by) VALUES ($1, $2, $3, $4)
ON CONFLICT (one) DO UPDATE SET changed_at = now(), changed_by = $4,
  paused = CASE WHEN 'paused' = ANY($5::text[]) THEN $1 ELSE q.paused END,
  slots = CASE WHEN 'slots' = ANY($5) THEN $2 ELSE q.slots END,
  retries = CASE WHEN 'retries' = ANY($5) THEN $3 ELSE q.retries END
"""


class QueueSettings(BaseModel):
    """For all replicas of a service. What is null is as each of them was started."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    paused: bool = Field(default=False, description="No job is begun. What runs goes on, and what comes waits.")
    slots: int | None = Field(default=None, ge=1, le=10_000, description="Jobs at once in each process.")
    retries: int | None = Field(default=None, ge=0, le=100, description="Attempts at a job after its first.")

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Of a row that has these columns, and maybe others."""
        return cls.model_validate({name: row[name] for name in cls.model_fields})


class Queue(QueueSettings):
    """A queue as it is set, what holds where nothing is, and how many jobs have not ended, by state."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    queue: str
    usual_slots: int
    usual_retries: int
    ready: int
    delayed: int
    suspect: int
    running: int
    changed_at: datetime | None
    changed_by: str | None


async def store_settings(tx: Transaction, change: QueueSettings, *, by: str) -> None:
    """What was said in `change` holds from now on, null included; the rest stays."""
    said = list(change.model_fields_set)
    await run_sql(tx, _STORE, change.paused, change.slots, change.retries, by, said)


async def look_at_queue(tx: Transaction, queue: str, *, usual_slots: int, usual_retries: int) -> Queue:
    """Of the service whose database this is."""
    (found,) = await rows(tx, _LOOK)
    usual = {"usual_slots": usual_slots, "usual_retries": usual_retries}
    return Queue.model_validate({"queue": queue} | usual | dict(found))
