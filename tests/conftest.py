"""What all tests share: how often their processes look for garbage."""

import gc

import pytest

# Imports and the collection of tests leave nothing behind, and looking for it is a quarter of what they cost.
gc.disable()


def pytest_collection_finish(session: pytest.Session) -> None:
    """From now on as a running service does it: what is there stays, and need not be looked through again."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()
