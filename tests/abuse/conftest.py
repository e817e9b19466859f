"""The real parts and services, each service under its own logins as it runs outside of tests."""

from collections.abc import AsyncIterator

import pytest

from ingestio.local.service_settings import broker_url
from ingestio.stack import Urls
from shared.settings import ServiceSettings
from tests.integration.chain import Chain, running_chain
from tests.integration.conftest import SettingsOf, front_door, migrated, tenant, urls

__all__ = ["front_door", "tenant", "urls"]


@pytest.fixture(scope="session")
async def settings_of(urls: Urls) -> SettingsOf:
    """The settings of a service by name."""
    settings_of_admin = await migrated(urls)

    def settings(service: str) -> ServiceSettings:
        own = {"rabbitmq_url": broker_url(urls, service), "s3_url": urls.s3_of(service)}
        return settings_of_admin(service).model_copy(update=own)

    return settings


@pytest.fixture(scope="module")
async def chain(settings_of: SettingsOf, urls: Urls) -> AsyncIterator[Chain]:
    """All services of the chain, running."""
    async with running_chain(settings_of, broker=urls.rabbitmq) as chain:
        yield chain
