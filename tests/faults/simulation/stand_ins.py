"""Puts the simulation under the product's feet: at the doors to network, clock and chance, and nowhere else.

The product's own code runs unchanged between these doors.
"""

import asyncio
import gc
import logging
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from functools import cache, partial
from importlib import import_module
from typing import Any, NoReturn
from unittest.mock import patch

import aio_pika
import asyncpg
import fastapi
import httpx2
import structlog
from sqlalchemy.dialects.postgresql.base import PGDialect

import services.aggregator.latecomers
import services.exporter.telling
import services.extractor.app
import services.ingest.erasure
import services.notifier.app
import shared.db
import shared.messaging
import shared.pulse
import shared.sandbox
import shared.service
import shared.statements
import shared.storage
import shared.table_stats
from shared.watchdog import watch
from tests.faults.simulation import broker_doors
from tests.faults.simulation.virtual_time import VirtualLoop
from tests.faults.simulation.world import NAMES, World

Endpoint = Callable[..., Any]

for _name in NAMES:  # all of the product is loaded before its doors are looked for
    import_module(f"services.{_name}.app")


@contextmanager
def stand_ins(world: World) -> Iterator[None]:
    """While the block runs, whatever the product would reach outside of itself is `world`'s."""
    dice = random.Random(world.plan.seed)
    random.seed(world.plan.seed)
    doors: list[tuple[Any, str, Any]] = [
        (asyncpg, "connect", world.connect),
        (aio_pika, "connect", lambda *_, **__: broker_doors.connect(world.broker)),
        (shared.messaging, "broker", lambda _url: broker_doors.Door(world.broker)),
        (shared.messaging, "send_together", broker_doors.send_together),
        (shared.storage, "PartsClient", lambda *_, **__: world.bucket),
        (shared.sandbox.Sandbox, "run", lambda _, request, *, file: world.inspector.run(request, file=file)),
        (shared.sandbox.Sandbox, "close", lambda _: world.inspector.close()),
        (services.extractor.app, "read_locally", world.model.read),
        (services.notifier.app, "Sender", world.receivers),
        (httpx2, "AsyncClient", _NoHttp),
        (shared.db, "create_async_engine", world.postgres.engines),
        (os, "urandom", dice.randbytes),
        (time, "monotonic", world.loop.time),
        (gc, "freeze", _measure_nothing),  # what one service starts with is garbage here by and by
        (shared.table_stats.TableStats, "run", _wait_for_ever),
        (shared.db, "measure_pool", _measure_nothing),
        (shared.db, "report_slow", _measure_nothing),
        (shared.statements, "tell_slow", _measure_nothing),
        # most of the simulated time nothing else happens
        (shared.pulse, "_PERIOD", 2.5),
        (shared.service, "watch", partial(watch, every=45)),
        (services.ingest.erasure, "_EVERY_SECONDS", 8.0),
        (services.exporter.telling, "_EVERY_SECONDS", 3.0),
        (services.aggregator.latecomers, "_LOOK_EVERY_SECONDS", 0.5),
        # what every new pool asks, and is always answered
        (PGDialect, "_get_server_version_info", lambda *_: world.server.version),
        (PGDialect, "_get_default_schema_name", lambda *_: "public"),
        (PGDialect, "get_default_isolation_level", lambda *_: "READ COMMITTED"),
        (PGDialect, "_set_backslash_escapes", _measure_nothing),
        (PGDialect, "_backslash_escapes", False),
    ]
    _Now.loop = world.loop
    doors += [(module, "datetime", _Now) for module in _ours("datetime", datetime)]
    doors += [(module, "APIRouter", _Router) for module in _ours("APIRouter", fastapi.APIRouter)]
    patches = [patch.object(where, name, what) for where, name, what in doors]
    for one in patches:
        one.start()
    try:
        yield
    finally:
        for one in reversed(patches):
            one.stop()


def endpoints(routers: list[fastapi.APIRouter]) -> dict[tuple[str, str], Endpoint]:
    """By method and path. Requests call them as FastAPI would after it has read and checked the parameters."""
    return {key: endpoint for router in routers for key, endpoint in vars(router)["simulated"].items()}


def silence() -> None:
    """No logs: thousands of runs would drown everything."""
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


class _Router:
    """Keeps endpoints, in the place of FastAPI's, and makes nothing of them."""

    def __init__(self, *, prefix: str = "", **_options: Any) -> None:
        self._prefix = prefix
        self.simulated: dict[tuple[str, str], Endpoint] = {}

    def __getattr__(self, method: str) -> Callable[..., Callable[[Endpoint], Endpoint]]:
        """`get`, `post` and the others."""
        return partial(self._keeper, method.upper())

    def _keeper(self, method: str, path: str, **_options: Any) -> Callable[[Endpoint], Endpoint]:
        def keep(endpoint: Endpoint) -> Endpoint:
            self.simulated[method, self._prefix + path] = endpoint
            return endpoint

        return keep


@cache
def _ours(name: str, what: Any) -> list[Any]:
    """The product's modules in which `name` is this. They are all loaded."""
    ours = [module for path, module in sys.modules.items() if path.startswith(("services.", "shared."))]
    return [module for module in ours if vars(module).get(name) is what]


def _measure_nothing(*_: Any, **__: Any) -> None:
    """Nobody asks."""


async def _wait_for_ever(_stats: Any) -> None:
    """Gauges are read by nobody here, and the lock that says who measures outlives a run on its real connection."""
    await asyncio.Event().wait()


class _NoHttp:
    """Services do not reach each other by HTTP here: callers are given, and what is not known yet is asked for again."""

    def __init__(self, **_options: Any) -> None:
        """Connected to nothing."""

    async def get(self, *_: Any, **__: Any) -> NoReturn:
        await asyncio.sleep(0)
        raise httpx2.ConnectError("no HTTP between services here")

    async def aclose(self) -> None:
        """Nothing is open."""


class _IsDatetime(type):
    """What is a datetime stays one."""

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, datetime)


class _Now(datetime, metaclass=_IsDatetime):
    """datetime with the simulated time."""

    loop: VirtualLoop

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # a plain one, as from the real class
        return datetime.fromtimestamp(cls.loop.epoch(), tz or UTC)
