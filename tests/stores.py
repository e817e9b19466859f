"""The stores for tests of the services: started once in a process of the tests, migrated, with the broker's topology.

The folders that use them register this as a plugin: fixtures of one folder would be started once more for another.
"""

import secrets
import sys
from collections.abc import AsyncIterator, Callable

import pytest

from ingestio.local.preparation import prepare_broker
from ingestio.stack import Urls
from shared.migrations import ROLES, SERVICES, migrate_all, url_of
from shared.settings import ServiceSettings
from tests.parts import real_parts

SettingsOf = Callable[[str], ServiceSettings]


def register(config: pytest.Config) -> None:
    if not config.pluginmanager.has_plugin(__name__):
        config.pluginmanager.register(sys.modules[__name__], __name__)


@pytest.fixture(scope="session")
async def urls(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Urls]:
    """Where the parts are; databases migrated, topology declared."""
    async with real_parts(tmp_path_factory.mktemp("parts")) as urls:
        yield urls


@pytest.fixture(scope="session")
async def settings_of(urls: Urls) -> SettingsOf:
    """The settings of a service by name; in the broker and the bucket everybody is the administrator."""
    return await migrated(urls)


async def migrated(urls: Urls) -> SettingsOf:
    """Tables, topology and users are there now."""
    passwords = {service: {role: secrets.token_hex(8) for role in ROLES} for service in SERVICES}
    await migrate_all(urls.postgres, passwords)
    await prepare_broker(urls)

    def settings(service: str) -> ServiceSettings:
        return ServiceSettings(
            database_url=url_of(urls.postgres, service, "worker", passwords[service]["worker"]),
            api_database_url=url_of(urls.postgres, service, "api", passwords[service]["api"]),
            rabbitmq_url=urls.rabbitmq,
            s3_url=urls.s3,
        )

    return settings
