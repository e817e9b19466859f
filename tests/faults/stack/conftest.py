"""One running world for all cases of the real stack, healed and at rest before each."""

import os
from collections.abc import AsyncIterator

import pytest

from tests.faults.record import full_run, left_out
from tests.faults.stack.history import Tenant, tenants_of
from tests.faults.stack.releases import FROM, earlier_commit
from tests.faults.stack.world import World, running_world

_LONGEST_SECONDS = 1200


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The quick tier leaves out what is marked `full`, unless it is asked for by name. The longest case comes first.

    What needs another release's code is left out of a clone that has no history.
    """
    everything = full_run() or config.option.keyword or os.environ.get(FROM)
    out = [item for item in items if (marks := _of(item)) is not None and (not everything or marks & left_out())]
    out += [item for item in items if item.get_closest_marker("needs_history") and not earlier_commit()]
    config.hook.pytest_deselected(items=out)
    for item in items:
        if item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(_LONGEST_SECONDS))
    items[:] = sorted((item for item in items if item not in out), key=lambda item: "first" not in (_of(item) or ()))


def _of(item: pytest.Item) -> set[str] | None:
    """What a case that is marked `full` says of itself: its id, where a machine may be unable to run it."""
    marker = item.get_closest_marker("full")
    return None if marker is None else set(marker.args)


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
