"""`ingestio migrate`, also `python -m ingestio.migrate`: the tables of every service, for compose and Kubernetes.

From the environment: INGESTIO_ADMIN_DATABASE_URL; the passwords either in the JSON file that INGESTIO_PASSWORDS_FILE
names, `{service: {role: password}}`, or one each in INGESTIO_<SERVICE>_<ROLE>_PASSWORD. With INGESTIO_RABBITMQ_URL the
queues are declared too, so that no early event is unheard, and with INGESTIO_RABBITMQ_MANAGEMENT_URL each service's user
is made, with the password in INGESTIO_<SERVICE>_BROKER_PASSWORD; with INGESTIO_S3_URL its bucket is made; with INGESTIO_TOKEN
the tenant `local` is made, and that token is its own. Runs on any service's packages: neither Typer nor Rich is here.
"""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from ingestio.client import TroubleError
from ingestio.home import Passwords
from services.ingest.tenants import ensure_local_tenant
from shared.broker_users import add_users
from shared.db import Database
from shared.messaging import declare_topology
from shared.migrations import ROLES, SERVICES, migrate_all, url_of
from shared.storage import Storage


def main() -> None:
    """Migrate as the environment says. Raises TroubleError for what it does not say."""
    asyncio.run(_migrate(os.environ))
    sys.stdout.write("All tables are up to date.\n")


async def _migrate(environment: Mapping[str, str]) -> None:
    admin_url = environment.get("INGESTIO_ADMIN_DATABASE_URL")
    if not admin_url:
        raise TroubleError("Set INGESTIO_ADMIN_DATABASE_URL: postgresql://user:password@host:5432/postgres")
    passwords = passwords_from(environment)
    await migrate_all(admin_url, passwords)
    if broker := environment.get("INGESTIO_RABBITMQ_URL"):
        await declare_topology(broker)
        if management := environment.get("INGESTIO_RABBITMQ_MANAGEMENT_URL"):
            users = {service: _password(environment, service, "broker") for service in SERVICES}
            await add_users(management, urlsplit(broker).path.removeprefix("/") or "/", users)
    if bucket := environment.get("INGESTIO_S3_URL"):
        await Storage(bucket).ensure_bucket()
    if token := environment.get("INGESTIO_TOKEN"):
        await add_local_tenant(admin_url, passwords, token=token)


async def add_local_tenant(admin_url: str, passwords: Passwords, *, token: str) -> None:
    """The tenant `local` with this token, unless it is there."""
    ingest = Database(url_of(admin_url, "ingest", "worker", passwords["ingest"]["worker"]), pool_size=1)
    try:
        await ensure_local_tenant(ingest, token=token)
    finally:
        await ingest.close()


def passwords_from(environment: Mapping[str, str]) -> Passwords:
    """Raises TroubleError naming the first password that is missing."""
    if file := environment.get("INGESTIO_PASSWORDS_FILE"):
        passwords: Passwords = json.loads(Path(file).read_text())
        return passwords
    return {service: {role: _password(environment, service, role) for role in ROLES} for service in SERVICES}


def _password(environment: Mapping[str, str], service: str, role: str) -> str:
    name = f"INGESTIO_{service}_{role}_PASSWORD".upper()
    if name not in environment:
        raise TroubleError(f"Set {name}, or INGESTIO_PASSWORDS_FILE.")
    return environment[name]


if __name__ == "__main__":
    try:
        main()
    except TroubleError as trouble:
        sys.exit(str(trouble))
