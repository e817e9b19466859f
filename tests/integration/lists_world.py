"""The lists of batches and documents as one tenant asks for them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.aggregator.filters import BatchFilter, DocumentFilter
from services.aggregator.handlers import project
from services.aggregator.lists import list_batches, list_documents
from services.aggregator.views import BatchPage, DocumentPage
from shared.cloudevent import Event
from shared.db import Database
from shared.events import BatchCreated
from tests.makers import a_batch_created, a_batch_file


@dataclass
class Lists:
    """The lists as one tenant asks for them."""

    db: Database
    api_db: Database
    tenant: UUID

    async def hear(self, *events: Event) -> None:
        async with self.db.transaction() as tx:
            await project(events, tx=tx)

    def batch(self, *files: str, **changes: Any) -> BatchCreated:
        listed = tuple(a_batch_file(position=place, file_name=name) for place, name in enumerate(files))
        made = a_batch_created(tenant_id=self.tenant, **changes)
        return made.model_copy(update={"files": listed}) if files else made

    async def batches(self, *, tenant: UUID | None = None, **query: Any) -> BatchPage:
        tenant = tenant or self.tenant
        async with self.api_db.transaction(tenant=tenant) as tx:
            return await list_batches(tx, BatchFilter.model_validate(query), tenant_id=tenant)

    async def documents(self, **query: Any) -> DocumentPage:
        async with self.api_db.transaction(tenant=self.tenant) as tx:
            return await list_documents(tx, DocumentFilter.model_validate(query), tenant_id=self.tenant)
