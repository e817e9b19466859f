"""So many actions a minute: a sliding window in one row, exact over any 60 seconds and over every replica."""

from math import ceil
from uuid import UUID

from shared.db import Transaction, rows

# The row keeps the last `$3` turns. The oldest of them decides, by the database's clock as it is once the row is ours.
_TAKE = """
INSERT INTO turns AS t (tenant_id, action, taken) VALUES ($1, $2, ARRAY[clock_timestamp()])
ON CONFLICT (tenant_id, action) DO UPDATE
SET taken = t.taken[cardinality(t.taken) - $3::int + 2 :] || clock_timestamp()
WHERE cardinality(t.taken) < $3::int
   OR t.taken[cardinality(t.taken) - $3::int + 1] <= clock_timestamp() - interval '1 minute'
RETURNING true
"""
_WAIT = """
SELECT extract(epoch FROM taken[cardinality(taken) - $3::int + 1] + interval '1 minute' - clock_timestamp())
FROM turns WHERE tenant_id = $1 AND action = $2
"""


async def take_turn(tx: Transaction, tenant_id: UUID, action: str, *, per_minute: int | None) -> int:
    """Take a turn if one is free: 0, or the whole seconds until the next one is. None a minute means no limit."""
    if per_minute is None or await rows(tx, _TAKE, tenant_id, action, per_minute):
        return 0
    ((seconds,),) = await rows(tx, _WAIT, tenant_id, action, per_minute)
    return max(1, ceil(float(seconds)))
