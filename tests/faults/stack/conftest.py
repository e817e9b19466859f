"""One running world for all cases of the real stack, healed and at rest before each."""

from collections.abc import AsyncIterator

import pytest

from tests.faults.record import full_run
from tests.faults.stack.history import Tenant, tenants_of
from tests.faults.stack.world import World, running_world


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The quick tier leaves out what is marked `full`, unless it is asked for by name."""
    if full_run() or config.option.keyword:
        return
    left_out = [item for item in items if item.get_closest_marker("full")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


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
    running.model.behave()
    await running.ready()


@pytest.fixture
async def tenants(world: World) -> AsyncIterator[list[Tenant]]:
    """Four tenants that nobody else has."""
    async with tenants_of(world, 4) as tenants:
        yield tenants
