"""Unit tests open no sockets: what needs one is an integration test."""

import pytest
from pytest_socket import disable_socket


@pytest.fixture(autouse=True)
def _no_sockets() -> None:
    disable_socket(allow_unix_socket=True)  # an event loop wakes itself by a pair of them
