"""What must be there before the first service starts: tables, queues, the local tenant."""

import asyncio

from ingestio.home import Home
from ingestio.local.stores import Stores
from ingestio.migrate import add_local_tenant
from shared.messaging import declare_topology
from shared.migrations import migrate_all


async def prepare(home: Home, stores: Stores) -> None:
    """Bring it all up to date. Queues are declared for all services at once, so that no early event is unheard."""
    passwords = home.passwords()
    await asyncio.gather(migrate_all(stores.postgres, passwords), declare_topology(stores.rabbitmq))
    await add_local_tenant(stores.postgres, passwords, token=home.token())
