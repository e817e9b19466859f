"""What a service does with events that do not concern it."""

from contextlib import asynccontextmanager

from shared.bell import Bell
from shared.consumer import EventInbox
from shared.db import Database
from tests.makers import a_document_classified, a_document_extracted


class NoDatabase:
    """Nobody may begin a transaction."""

    @asynccontextmanager
    async def transaction(self):
        raise AssertionError
        yield


def an_inbox() -> EventInbox:
    no_database: Database = NoDatabase()  # type: ignore[assignment]  # as much of one as is used
    return EventInbox("extractor", {}, db=no_database, bell=Bell())


async def test_events_without_a_handler_begin_no_transaction():
    await an_inbox().take([a_document_classified().to_bytes(), a_document_extracted().to_bytes()])
