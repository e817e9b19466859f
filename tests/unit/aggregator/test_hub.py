"""Changes on their way from the transaction that wrote them to those who watch, without a look into the log."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

from services.aggregator.live import Hub
from services.aggregator.live_log import Change

TENANT = uuid4()


class Log:
    """Holds ten entries."""

    async def ask(self, *_: Any) -> list[tuple[int, int]]:
        return [(10, 1)]


def a_change(id_: int, *, tenant: UUID = TENANT) -> Change:
    return Change(tenant, id_, uuid4(), "document.changed", "{}")


def a_hub() -> tuple[Hub, asyncio.Event]:
    news = asyncio.Event()
    return Hub(Log(), news), news  # type: ignore[arg-type]  # as much of a database as is used


async def test_what_follows_is_handed_out_at_once():
    hub, news = a_hub()
    stream = await hub.join(TENANT)
    hub.hear([a_change(11), a_change(12)])

    assert [told.id for told in await stream.take() or ()] == [11, 12]
    assert not news.is_set()


async def test_where_another_wrote_between_the_log_is_read():
    hub, news = a_hub()
    stream = await hub.join(TENANT)
    hub.hear([a_change(12)])
    stream.close()

    assert news.is_set()
    assert hub.recall(stream, 10) == []


async def test_what_was_read_meanwhile_is_not_handed_out_again():
    hub, _ = a_hub()
    stream = await hub.join(TENANT)
    hub.hear([a_change(10), a_change(11)])
    hub.hear([a_change(11), a_change(12)])

    assert [told.id for told in await stream.take() or ()] == [11, 12]


async def test_the_changes_of_another_tenant_are_for_nobody_here():
    hub, news = a_hub()
    stream = await hub.join(TENANT)
    hub.hear([a_change(11, tenant=uuid4())])

    assert hub.recall(stream, 10) == []
    assert not news.is_set()
