"""One round of all looks: what the environment names, or else the local system of a folder."""

import asyncio
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from ingestio.doctor.broker import look_at_broker
from ingestio.doctor.bucket import look_at_bucket
from ingestio.doctor.database import look_at_database
from ingestio.doctor.findings import Finding, warning
from ingestio.doctor.machine import (
    look_at_broker_program,
    look_at_disk,
    look_at_ocr_models,
    look_at_port,
    look_at_python,
    look_at_variables,
)
from ingestio.doctor.model import look_at_model
from ingestio.doctor.server import look_at_server
from ingestio.home import Home
from shared.migrations import SERVICES
from shared.settings import variable_of


async def look_around(home: Path, environment: Mapping[str, str]) -> list[Finding]:
    """Everything that can be looked at from here, side by side."""
    local = Home(home)
    address = environment.get("INGESTIO_URL") or local.address()
    found = await asyncio.to_thread(_at_machine, home, environment, running=address is not None)
    token = environment.get("INGESTIO_TOKEN") or local.known_token()
    looks: list[Any] = [look_at_model(environment)]
    if address:
        looks.append(look_at_server(address, token))
    looks += _at_stores(local, environment, running=address is not None)
    if not address and len(looks) == 1:
        found.append(warning("server", f"none runs in {home}", "Start one: ingestio up"))
    return [*found, *(finding for findings in await asyncio.gather(*looks) for finding in findings)]


def _at_machine(home: Path, environment: Mapping[str, str], *, running: bool) -> list[Finding]:
    found = [look_at_python(), look_at_disk(home), look_at_ocr_models()]
    found += look_at_variables(environment, _settings())
    if not running:
        found.append(look_at_port(8080))
    if "INGESTIO_RABBITMQ_URL" not in environment and "INGESTIO_URL" not in environment:
        found.append(look_at_broker_program())
    return found


def _at_stores(local: Home, environment: Mapping[str, str], *, running: bool) -> list[Any]:
    """The stores that are named; those of a local system only while it runs."""
    own = running and "INGESTIO_URL" not in environment
    database = environment.get("INGESTIO_ADMIN_DATABASE_URL") or (local.postgres_url() if own else None)
    broker = environment.get("INGESTIO_RABBITMQ_URL") or (local.broker_url() if own else None)
    bucket = environment.get("INGESTIO_S3_URL") or (local.bucket_url() if own else None)
    return [
        *([look_at_database(database)] if database else []),
        *([look_at_broker(broker, running=running)] if broker else []),
        *([look_at_bucket(bucket)] if bucket else []),
    ]


def _settings() -> set[str]:
    kinds = [import_module(f"services.{name}.settings").Settings for name in (*SERVICES, "console")]
    return {variable_of(kind, field) for kind in kinds for field in kind.model_fields}
