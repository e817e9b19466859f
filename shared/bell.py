"""Wakes what waits for new rows in this process; pulse.py carries the ringing to the other replicas."""

import asyncio


class Bell:
    """Rings `outbox` and `jobs`: events that the relay and the worker wait for."""

    def __init__(self) -> None:
        self.outbox = asyncio.Event()
        self.jobs = asyncio.Event()
        self.rung = asyncio.Event()

    def ring(self) -> None:
        """Call after a commit that wrote outbox rows or jobs."""
        self.wake()
        self.rung.set()

    def wake(self) -> None:
        """Wake this process only."""
        self.outbox.set()
        self.jobs.set()
