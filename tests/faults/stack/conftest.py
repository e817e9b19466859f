"""One running world for all cases of the real stack, healed and at rest before each."""

from collections.abc import AsyncIterator

import pytest

from tests.faults.stack.history import Tenant, tenants_of
from tests.faults.stack.world import World, running_world


@pytest.fixture(scope="session")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with running_world(tmp_path_factory.mktemp("world")) as world:
        yield world


@pytest.fixture
async def world(running: World) -> AsyncIterator[World]:
    """The world, whole again after the case."""
    await running.ready()
    yield running
    running.heal()
    await running.ready()


@pytest.fixture
async def tenants(world: World) -> AsyncIterator[list[Tenant]]:
    """Four tenants that nobody else has."""
    async with tenants_of(world, 4) as tenants:
        yield tenants
