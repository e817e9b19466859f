"""A folder of the bucket as the tables of one service know it: what its keys look like, who names them, and who clears them.

Keys are `folder/tenant/group/…`. Both are ids of one length in lower case, so that keys stand in the order of the rows' ids.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from shared.db import Database, rows
from shared.storage import Storage

UUID_SHAPE = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"

Clear = Callable[[Database, Storage, Sequence[str]], Awaitable[int]]


@dataclass(frozen=True)
class Folder:
    """`name` ends with a slash; `shape` is a pattern that every key of ours begins with.

    `named` asks for rows by `document_id` and `key`, in the order of the keys: it begins with what `between` gives, then $7 is how old
    a row is at least, and $8 how many are asked for. `clear` deletes those of these keys that no row stands behind, and returns
    how many; None where another service does. `beside`: an object that is gone with its whole group is told by another service.
    """

    name: str
    shape: str
    named: str | None = None
    clear: Clear | None = None
    beside: bool = False

    def knows(self, key: str) -> bool:
        return re.match(self.shape, key) is not None


def between(ids: str, key: str, *, group: str = "uuid") -> str:
    """The condition for rows of one stretch of keys: by `ids`, the tenant's and the group's, so that an index finds them."""
    return (
        f"({ids}) >= ($1::text::uuid, $2::text::{group}) AND ({ids}) <= ($3::text::uuid, $4::text::{group})"
        f' AND {key} COLLATE "C" > $5 AND {key} COLLATE "C" <= $6'
    )


def clearing(unused: str) -> Clear:
    """Clears one by one what `unused` selects of the keys in $1."""

    async def clear(db: Database, storage: Storage, keys: Sequence[str]) -> int:
        async with db.transaction() as tx:
            found = await rows(tx, unused, keys)
        await asyncio.gather(*(storage.delete(row.key) for row in found))
        return len(found)

    return clear
