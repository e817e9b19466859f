"""Wakes what waits for new rows in this process; pulse.py carries the ringing to the other replicas."""

import asyncio


class Bell:
    """Rings `outbox`, `jobs` and `news`: what the relay, the worker and whoever watches for changes wait for."""

    def __init__(self) -> None:
        self.outbox = asyncio.Event()
        self.jobs = asyncio.Event()
        self.news = asyncio.Event()
        self.rung = asyncio.Event()

    def ring(self) -> None:
        """Call after a commit that others may wait for."""
        self.wake()
        self.rung.set()

    def wake(self) -> None:
        """Wake this process only."""
        self.outbox.set()
        self.jobs.set()
        self.news.set()
