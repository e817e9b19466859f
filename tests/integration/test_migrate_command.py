"""`python -m ingestio.migrate` as a container runs it: from the environment, as often as one likes."""

import asyncio
import json
import os
import secrets
import sys
from pathlib import Path

from ingestio.stack import Urls
from services.ingest.tenants import LOCAL_TENANT, TokenTable
from shared.storage import Storage
from tests.integration.conftest import _PASSWORDS, System


async def migrate(urls: Urls, passwords: Path, *, token: str, s3: str) -> int:
    environment = {
        "INGESTIO_ADMIN_DATABASE_URL": urls.postgres,
        "INGESTIO_RABBITMQ_URL": urls.rabbitmq,
        "INGESTIO_S3_URL": s3,
        "INGESTIO_PASSWORDS_FILE": str(passwords),
        "INGESTIO_TOKEN": token,
    }
    command = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ingestio.migrate", env=os.environ | environment
    )
    return await command.wait()


async def test_it_makes_what_services_need_and_changes_nothing_the_second_time(system: System, tmp_path: Path):
    passwords = tmp_path / "passwords"
    passwords.write_text(json.dumps(_PASSWORDS))
    token = f"igt_{secrets.token_urlsafe(32)}"
    s3 = f"{system.urls.s3.rpartition('/')[0]}/migrated-{secrets.token_hex(4)}"
    codes = [await migrate(system.urls, passwords, token=token, s3=s3) for _ in range(2)]
    ingest = system.database("ingest", "worker")
    identity = await TokenTable(ingest).verify(token)
    await ingest.close()
    await Storage(s3).put("probe", b"1")
    assert codes == [0, 0]
    assert identity
    assert identity.tenant_id == LOCAL_TENANT
