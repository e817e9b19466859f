"""Rows whose object is not in the bucket. Keys and rows come in one order, a thousand at a time: nothing else is held in memory.

Objects are written before the rows that name them and are hidden before they are erased. So what is missing was taken away by
somebody else, or the bucket was put back to an earlier time.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog

from shared.db import Database, rows
from shared.folders import Folder
from shared.metrics import MISSING_OBJECTS
from shared.storage import ObjectMissingError, Storage

log = structlog.get_logger()

EXAMPLES = 10
_ROWS_AT_ONCE = 1000
_ASKED_AT_ONCE = 4  # requests of others go on beside it

_Place = tuple[str, str, str]  # ids of tenant and group, and the key


async def find_missing(db: Database, storage: Storage, folder: Folder, *, grace: timedelta) -> tuple[int, list[UUID]]:
    """How many objects are missing that rows older than `grace` name, and the documents of the first ten; nothing is changed."""
    if folder.named is None:
        return 0, []
    count, examples = 0, list[UUID]()
    async for begin, end, keys in _stretches(storage, folder):
        async for named in _named(db, folder.named, begin, end, grace):
            missing = await _gone(storage, folder, [row for row in named if row.key not in keys])
            count += len(missing)
            examples += missing[: EXAMPLES - len(examples)]
    MISSING_OBJECTS.labels(folder.name[:-1]).set(count)
    if count:
        log.warning("objects_missing", folder=folder.name, objects=count, documents=[str(one) for one in examples])
    return count, examples


async def _stretches(storage: Storage, folder: Folder) -> AsyncIterator[tuple[_Place, _Place, AbstractSet[str]]]:
    """The folder from end to end: after which place, up to which, and all keys of ours in between."""
    begin: _Place = ("0" * 32, "0" * 32, folder.name)
    async for page in storage.pages(folder.name):
        keys = {key for key, _ in page if folder.knows(key)}
        if keys and (end := _place(max(keys)))[-1] > begin[-1]:
            yield begin, end, keys
            begin = end
    yield begin, ("f" * 32, "f" * 32, f"{folder.name[:-1]}0"), frozenset()  # 0 comes after the slash


def _place(key: str) -> _Place:
    _, tenant, group, *_ = key.split("/")
    return tenant, group, key


async def _named(db: Database, sql: str, begin: _Place, end: _Place, grace: timedelta) -> AsyncIterator[Sequence[Any]]:
    """The rows of a stretch, up to a thousand at a time: where much is missing there are more of them than keys."""
    while True:
        async with db.transaction(by_key=True) as tx:
            page = await rows(tx, sql, *begin[:2], *end[:2], begin[2], end[2], grace, _ROWS_AT_ONCE)
        if not page:
            return
        yield page
        begin = _place(page[-1].key)


async def _gone(storage: Storage, folder: Folder, named: Sequence[Any]) -> list[UUID]:
    """The documents of those whose object is not there now, either: it may be younger than the list of keys."""
    room = asyncio.Semaphore(_ASKED_AT_ONCE)

    async def is_gone(row: Any) -> bool:
        async with room:
            return await _is_gone(storage, row.key, beside=folder.beside)

    gone = await asyncio.gather(*map(is_gone, named))
    return [row.document_id for row, missing in zip(named, gone, strict=True) if missing]


async def _is_gone(storage: Storage, key: str, *, beside: bool) -> bool:
    try:
        await storage.size(key)
    except ObjectMissingError:
        return not beside or [page async for page in storage.pages(key.rpartition("/")[0] + "/")] != []
    return False
