"""A running service tells the truth about itself."""

import asyncio

from shared.db import Database
from shared.service import Service
from tests.integration.conftest import SettingsOf


async def test_a_service_that_runs_is_ready(settings_of: SettingsOf, extractor_db: Database):
    service = Service("extractor", settings_of("extractor"))
    service.hear({})
    await service.start()

    probe = await service.probe()
    await service.stop()

    assert probe == {"database": True, "storage": True, "broker": True, "loops": True, "consumer": True}


async def test_a_service_that_lost_a_loop_is_broken_and_not_ready(settings_of: SettingsOf, extractor_db: Database):
    async def breaks() -> None:
        raise LookupError

    service = Service("extractor", settings_of("extractor"))
    service.loops.append(breaks)
    await service.start()

    async with asyncio.timeout(5):
        await service.broken.wait()
    probe = await service.probe()
    await service.stop()

    assert not probe["loops"]
