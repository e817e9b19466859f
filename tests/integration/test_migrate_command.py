"""`python -m ingestio.migrate` as a container runs it: from the environment, as often as one likes."""

import asyncio
import json
import os
import secrets
import sys
from pathlib import Path
from urllib.parse import urlsplit

from ingestio.stack import Urls
from services.ingest.tenants import LOCAL_TENANT
from services.ingest.verifying import TokenTable
from shared.db import Database
from shared.migrations import SERVICES
from shared.storage import Storage
from tests.stores import SettingsOf


async def migrate(environment: dict[str, str]) -> int:
    command = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ingestio.migrate", env=os.environ | environment
    )
    return await command.wait()


def passwords_in_use(settings_of: SettingsOf) -> dict[str, dict[str, str | None]]:
    """The passwords of the other tests, which migrating must leave as they are."""
    settings = {service: settings_of(service) for service in SERVICES}
    return {
        service: {
            "owner": secrets.token_hex(8),
            "worker": urlsplit(known.database_url).password,
            "api": urlsplit(known.api_database_url).password,
        }
        for service, known in settings.items()
    }


async def test_it_makes_what_services_need_and_changes_nothing_the_second_time(
    urls: Urls, settings_of: SettingsOf, tmp_path: Path
):
    passwords = tmp_path / "passwords"
    passwords.write_text(json.dumps(passwords_in_use(settings_of)))
    token = f"igt_{secrets.token_urlsafe(32)}"
    environment = {
        "INGESTIO_ADMIN_DATABASE_URL": urls.postgres,
        "INGESTIO_RABBITMQ_URL": urls.rabbitmq,
        "INGESTIO_S3_URL": f"{urls.s3.rpartition('/')[0]}/migrated-{secrets.token_hex(4)}",
        "INGESTIO_PASSWORDS_FILE": str(passwords),
        "INGESTIO_TOKEN": token,
    }
    codes = [await migrate(environment) for _ in range(2)]
    ingest = Database(settings_of("ingest").database_url)
    identity = await TokenTable(ingest).verify(token)
    await ingest.close()
    await Storage(environment["INGESTIO_S3_URL"]).put("probe", b"1")
    assert codes == [0, 0]
    assert identity
    assert identity.tenant_id == LOCAL_TENANT
