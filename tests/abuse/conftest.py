"""The real parts and services, as the integration tests have them."""

from tests.integration.conftest import chain, front_door, settings_of, urls

__all__ = ["chain", "front_door", "settings_of", "urls"]
