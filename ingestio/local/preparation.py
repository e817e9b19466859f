"""What must be there before the first service starts: tables, queues, the broker's users, the local tenant."""

import asyncio
from urllib.parse import urlsplit

from ingestio.home import Home
from ingestio.migrate import add_local_tenant
from ingestio.stack import Urls
from shared.broker_users import add_users
from shared.messaging import declare_topology
from shared.migrations import SERVICES, migrate_all


async def prepare(home: Home, stores: Urls) -> None:
    """Bring it all up to date. Queues are declared for all services at once, so that no early event is unheard."""
    passwords = home.passwords()
    await asyncio.gather(migrate_all(stores.postgres, passwords), prepare_broker(stores))
    await add_local_tenant(stores.postgres, passwords, token=home.token())


async def prepare_broker(stores: Urls) -> None:
    """Declare the topology, and make a user for each service where we may."""
    await declare_topology(stores.rabbitmq)
    passwords = {name: password for name in SERVICES if (password := stores.broker_password(name))}
    if stores.rabbitmq_management and passwords:
        vhost = urlsplit(stores.rabbitmq).path.removeprefix("/") or "/"
        await add_users(stores.rabbitmq_management, vhost, passwords)
