"""The real parts and services, each service under its own logins as it runs outside of tests."""

from collections.abc import AsyncIterator

import pytest

from ingestio.local.service_settings import broker_url
from ingestio.stack import Urls
from shared.settings import ServiceSettings
from tests import stores
from tests.integration.chain import Chain, running_chain
from tests.integration.conftest import front_door, tenant
from tests.stores import SettingsOf

__all__ = ["front_door", "tenant"]


def pytest_configure(config: pytest.Config) -> None:
    stores.register(config)


@pytest.fixture(scope="session")
def settings_of(settings_of: SettingsOf, urls: Urls) -> SettingsOf:
    """The settings of a service by name."""

    def settings(service: str) -> ServiceSettings:
        own = {"rabbitmq_url": broker_url(urls, service), "s3_url": urls.s3_of(service)}
        return settings_of(service).model_copy(update=own)

    return settings


@pytest.fixture(scope="module")
async def chain(settings_of: SettingsOf, urls: Urls) -> AsyncIterator[Chain]:
    """All services of the chain, running."""
    async with running_chain(settings_of, broker=urls.rabbitmq) as chain:
        yield chain
