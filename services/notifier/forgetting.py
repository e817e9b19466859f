"""Deliveries and mails are kept for thirty days; those still to be sent, until they are."""

from functools import partial

from shared.db import Database, rows, run_sql
from shared.maintenance import repeat

_AT_ONCE = 1000
_EVERY_SECONDS = 600

_FORGET = """
DELETE FROM deliveries WHERE (tenant_id, delivery_id) IN (
  SELECT tenant_id, delivery_id FROM deliveries d WHERE created_at < now() - interval '30 days'
    AND NOT EXISTS (SELECT FROM jobs j WHERE j.subject = d.delivery_id AND j.state IN ('q', 'd', 's', 'r'))
  ORDER BY created_at LIMIT $1)
RETURNING delivery_id
"""


_FORGET_MAILS = """
DELETE FROM mails WHERE (tenant_id, mail_id) IN (
  SELECT tenant_id, mail_id FROM mails m WHERE created_at < now() - interval '30 days'
    AND NOT EXISTS (SELECT FROM jobs j WHERE j.subject = m.mail_id AND j.state IN ('q', 'd', 's', 'r'))
  ORDER BY created_at LIMIT $1)
RETURNING mail_id
"""


async def forget(db: Database) -> int:
    """Delete up to a thousand old deliveries and as many mails, with their jobs; returns how many of the more numerous."""
    async with db.transaction() as tx:
        forgotten = [row.delivery_id for row in await rows(tx, _FORGET, _AT_ONCE)]
        mails = [row.mail_id for row in await rows(tx, _FORGET_MAILS, _AT_ONCE)]
        await run_sql(tx, "DELETE FROM jobs WHERE subject = ANY($1::uuid[])", forgotten + mails)
    return max(len(forgotten), len(mails))


async def keep_forgetting(db: Database) -> None:
    """Forget every ten minutes, until cancelled."""
    await repeat("forget_deliveries", partial(forget, db), seconds=_EVERY_SECONDS, full=_AT_ONCE)
