"""Whether a tenant may submit at all right now: asked before the first byte of a body is read."""

from typing import Literal

from services.ingest.plans import Limits, check_subscription, limits_of
from services.ingest.turns import take_turn
from shared.auth import Identity
from shared.db import Database
from shared.http import ApiError

# Each has turns of its own: whoever looks first and then submits is not slower for it.
Action = Literal["submit", "dry_run", "retry"]


async def admit(api_db: Database, caller: Identity, *, action: Action, upgrade_hint: str) -> Limits:
    """The tenant's limits, and one of its turns taken.

    Raises ApiError 402 for a subscription that has ended, 429 when the turns of this minute are used up.
    """
    async with api_db.transaction(tenant=caller.tenant_id, durable=False, by_key=True) as tx:
        limits = await limits_of(tx, caller.tenant_id)
        check_subscription(limits, upgrade_hint=upgrade_hint)
        wait = await take_turn(tx, caller.tenant_id, action, per_minute=limits.batches_per_minute)
    if wait:
        detail = f"The plan {limits.plan} takes {limits.batches_per_minute} a minute. Try again in {wait} s."
        raise ApiError(429, "rate_limited", detail, retryable=True, retry_after=wait)
    return limits
