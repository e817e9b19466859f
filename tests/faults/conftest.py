"""What all fault cases share: how they report."""

import pytest

from tests.faults import ledger
from tests.faults.record import record_case

__all__ = ["record_case"]


def pytest_configure(config: pytest.Config) -> None:
    ledger.register(config)
