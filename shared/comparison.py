"""What is in the bucket held against what a service's rows name: once a day, and whenever somebody asks."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from uuid import UUID

from pydantic import BaseModel, Field

from shared.db import Database
from shared.folders import Folder
from shared.maintenance import repeat
from shared.missing_objects import EXAMPLES, find_missing
from shared.orphans import clear_orphans
from shared.storage import ObjectMissingError, Storage

GRACE = timedelta(minutes=5)
ORPHANS_AFTER = timedelta(days=1)
_EVERY_SECONDS = 3600.0
_ROUNDS = 24


class Comparison(BaseModel):
    """What was found, in counts. Orphans are deleted; the rest wants a person's eyes. `missing_documents` are the first ten."""

    orphan_objects: int = 0
    unknown_objects: int = 0
    missing_objects: int = 0
    missing_documents: list[UUID] = Field(default=[])

    def add(self, other: "Comparison") -> None:
        self.orphan_objects += other.orphan_objects
        self.unknown_objects += other.unknown_objects
        self.missing_objects += other.missing_objects
        self.missing_documents = [*self.missing_documents, *other.missing_documents][:EXAMPLES]


async def compare(
    db: Database,
    storage: Storage,
    folders: Sequence[Folder],
    *,
    grace: timedelta = GRACE,
    orphans_after: timedelta | None = ORPHANS_AFTER,
) -> Comparison:
    """Read the list of all objects in these folders; None leaves orphans alone. Raises OSError while the storage is away."""
    found = Comparison()
    for folder in folders:
        if orphans_after is not None:
            orphans, unknown = await clear_orphans(db, storage, folder, grace=orphans_after)
            found.add(Comparison(orphan_objects=orphans, unknown_objects=unknown))
        missing, documents = await find_missing(db, storage, folder, grace=grace)
        found.add(Comparison(missing_objects=missing, missing_documents=documents))
    return found


async def keep_comparing(db: Database, storage: Storage, folders: Sequence[Folder]) -> None:
    """An hour after the start and once a day, but every hour while something is missing; until cancelled.

    Nothing is cleared on the first day: whoever put a database back has so long to save what it does not know.
    """
    rounds, found = count(), Comparison()

    async def look() -> None:
        nonlocal found
        hour = next(rounds)
        if hour % _ROUNDS == 0 or found.missing_objects:
            after = ORPHANS_AFTER if hour >= _ROUNDS else None
            found = await compare(db, storage, folders, orphans_after=after)

    await repeat("compare_objects", look, seconds=_EVERY_SECONDS, endures=(ObjectMissingError,))
