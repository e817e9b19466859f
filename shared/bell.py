"""Wakes what waits for new rows in this process; pulse.py carries the ringing to the other replicas.

They need not hear of the outbox: whoever wrote into it relays it, and should it die, they look every second. What this
process knows already is rung for `others` only.
"""

import asyncio
from collections.abc import Collection


class Bell:
    """Rings `outbox`, `jobs` and `news`: what the relay, the worker and whoever watches for changes wait for."""

    def __init__(self) -> None:
        self.outbox = asyncio.Event()
        self.jobs = asyncio.Event()
        self.news = asyncio.Event()
        self.rung = asyncio.Event()

    def ring(self, what: Collection[str] = ("outbox", "jobs", "news")) -> None:
        """Call after a commit that others may wait for; `what` it wrote, where that is known."""
        for name in set(what) - {"others"}:
            getattr(self, name).set()
        if set(what) - {"outbox"}:
            self.rung.set()

    def wake(self) -> None:
        """Wake this process only."""
        self.outbox.set()
        self.jobs.set()
        self.news.set()
