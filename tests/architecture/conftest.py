"""The Kubernetes overlays, rendered once."""

import pytest

from tests.architecture.overlays import Overlay


@pytest.fixture(scope="session", params=["small", "staging", "production"])
def overlay(request: pytest.FixtureRequest) -> Overlay:
    """Each overlay that runs a whole system."""
    return Overlay(request.param)


@pytest.fixture(scope="session")
def production() -> Overlay:
    return Overlay("production")


@pytest.fixture(scope="session")
def canary() -> Overlay:
    return Overlay("canary")
