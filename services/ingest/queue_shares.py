"""What a tenant's plan gives it in every queue, told along with its documents."""

from collections.abc import Sequence
from typing import TypeVar

from shared.cloudevent import Event
from shared.db import Transaction, rows
from shared.events import DocumentUploaded, Share

E = TypeVar("E", bound=Event)

_SHARES = "SELECT tenant_id, queue_weight, documents_at_once FROM tenant_limits WHERE tenant_id = ANY($1::uuid[])"


async def with_shares(tx: Transaction, events: Sequence[E]) -> list[E]:
    """The same events, where document.uploaded says the share of its tenant."""
    tenants = {event.tenant_id for event in events if isinstance(event, DocumentUploaded)}
    found = await rows(tx, _SHARES, list(tenants)) if tenants else []
    shares = {row.tenant_id: Share(weight=row.queue_weight, at_once=row.documents_at_once) for row in found}
    return [
        event.model_copy(update={"share": shares[event.tenant_id]}) if isinstance(event, DocumentUploaded) else event
        for event in events
    ]
