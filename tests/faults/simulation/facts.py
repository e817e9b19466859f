"""What can be known of a run when it has come to rest: all tables, all that was said on the broker, all objects."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from shared.cloudevent import Event
from shared.events import UnknownEventError, decode
from shared.migrations import database_of
from tests.faults.simulation.history import History
from tests.faults.simulation.tables import Tables
from tests.faults.simulation.world import NAMES, World

Row = dict[str, Any]


@dataclass
class Facts:
    """Of one run. Tables are read as a superuser, past row-level security."""

    world: World
    history: History
    tables: Tables
    stuck: list[str]

    def rows(self, service: str, table: str) -> list[Row]:
        return self.contents[service].get(table, [])

    @cached_property
    def contents(self) -> dict[str, dict[str, list[Row]]]:
        """By service and table."""
        return {name: self.tables.contents(database_of(name)) for name in NAMES}

    @cached_property
    def told(self) -> list[Event]:
        """Every event that was routed, each time it was."""
        return list(self._decoded())

    def _decoded(self) -> Iterator[Event]:
        for parcel in self.world.broker.told:
            try:
                yield decode(parcel.body)
            except UnknownEventError:
                continue

    @cached_property
    def deleted(self) -> set[UUID]:
        """The batches whose deletion was answered, and those whose deletion happened although no answer came."""
        return {row["batch_id"] for row in self.rows("ingest", "batches") if row["deleted_at"]}

    @cached_property
    def documents(self) -> dict[UUID, Row]:
        return {row["document_id"]: row for row in self.rows("ingest", "documents")}

    @cached_property
    def batches(self) -> dict[UUID, Row]:
        return {row["batch_id"]: row for row in self.rows("ingest", "batches")}

    def object_json(self, key: str) -> Any:
        return json.loads(self.world.bucket.objects[key])
