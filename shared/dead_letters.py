"""Dead letters: messages that no handler could take. People look at them, redrive or drop them; each decision stays on record.

A redrive hands the message to the handlers of the service in the transaction that marks the letter, so its effect comes once.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from shared.audit import record
from shared.auth import Identity
from shared.bell import Bell
from shared.db import Database, Transaction, rows
from shared.paging import Cursor

Retake = Callable[..., Awaitable[None]]  # async def retake(body: bytes, *, tx: Transaction)
Fate = Literal["redriven", "dropped"]

_ACTS = {"redriven": "redrive", "dropped": "drop"}
_ALL_AT_ONCE = 1_000
_COLUMNS = "id, queue, reason, type, tenant_id, octet_length(body) AS size, created_at, fate, decided_by, decided_at"
# An operator sees all; anybody else their own tenant's. What nobody could read belongs to no tenant.
_MINE = "($1::uuid IS NULL OR tenant_id = $1)"


class DeadLetter(BaseModel):
    """One message that was set aside. `reason` never quotes the message."""

    id: UUID
    queue: str
    reason: str
    type: str | None
    tenant_id: UUID | None
    size: int
    created_at: datetime
    fate: Fate | None
    decided_by: str | None
    decided_at: datetime | None


class OpenedLetter(DeadLetter):
    """With what is in it; bytes that are no text are replaced."""

    body: str


class Verdict(BaseModel):
    """What a redrive or drop did, or, as a dry run, would do. `problem` is the kind of error that keeps a letter dead."""

    id: UUID
    fate: Fate | None
    problem: str | None = None


class Verdicts(BaseModel):
    """On the letters asked for, the oldest first, a thousand at once; `remaining` are those that were not come to."""

    dry_run: bool
    items: list[Verdict]
    remaining: int


class DeadLetters:
    """The dead letters of one service."""

    def __init__(self, *, db: Database, bell: Bell, retake: Retake) -> None:
        self._db = db
        self._bell = bell
        self._retake = retake

    async def page(self, caller: Identity, *, limit: int, cursor: Cursor | None, fate: Fate | None) -> list[DeadLetter]:
        """Newest first: those that wait, or those with this fate."""
        async with self._db.transaction() as tx:
            found = await rows(
                tx,
                f"SELECT {_COLUMNS} FROM dead_letters WHERE {_MINE} AND fate IS NOT DISTINCT FROM $2"  # noqa: S608  # constants
                " AND ($3::timestamptz IS NULL OR (created_at, id) < ($3, $4::uuid)) ORDER BY created_at DESC, id DESC LIMIT $5",
                _scope(caller),
                fate,
                cursor.created_at if cursor else None,
                cursor.id if cursor else None,
                limit,
            )
        return [DeadLetter.model_validate(row, from_attributes=True) for row in found]

    async def open(self, caller: Identity, letter: UUID) -> OpenedLetter | None:
        """None where there is none that the caller may see."""
        async with self._db.transaction() as tx:
            found = await rows(
                tx,
                f"SELECT {_COLUMNS}, body FROM dead_letters WHERE {_MINE} AND id = $2",  # noqa: S608  # constants
                _scope(caller),
                letter,
            )
        if not found:
            return None
        values = dict(found[0]._mapping)  # noqa: SLF001  # SQLAlchemy's documented way to the columns by name
        return OpenedLetter(**values | {"body": bytes(found[0].body).decode(errors="replace")})

    async def redrive(self, caller: Identity, letters: Sequence[UUID] | None, *, dry_run: bool) -> Verdicts:
        """Hand these letters, or all that wait, to their handlers, one transaction each; a dry run takes it back."""
        waiting, remaining = await self._waiting(caller, letters)
        verdicts = [await self._redrive(caller, one, dry_run=dry_run) for one in waiting]
        self._bell.ring()
        return Verdicts(dry_run=dry_run, items=verdicts, remaining=remaining)

    async def drop(self, caller: Identity, letters: Sequence[UUID] | None, *, dry_run: bool) -> Verdicts:
        """Give these letters up, or all that wait: what is in them goes, their record stays."""
        waiting, remaining = await self._waiting(caller, letters)
        if not dry_run:
            async with self._db.transaction() as tx:
                for letter in waiting:
                    await _decide(tx, letter, "dropped", caller)
        verdicts = [Verdict(id=letter, fate="dropped") for letter in waiting]
        return Verdicts(dry_run=dry_run, items=verdicts, remaining=remaining)

    async def _waiting(self, caller: Identity, letters: Sequence[UUID] | None) -> tuple[list[UUID], int]:
        """As many as are taken at once, and how many more there are."""
        async with self._db.transaction() as tx:
            found = await rows(
                tx,
                f"SELECT id, count(*) OVER () AS total FROM dead_letters WHERE {_MINE} AND fate IS NULL"  # noqa: S608  # constants
                " AND ($2::uuid[] IS NULL OR id = ANY($2)) ORDER BY created_at, id LIMIT $3",
                _scope(caller),
                None if letters is None else list(letters),
                _ALL_AT_ONCE,
            )
        return [row.id for row in found], found[0].total - len(found) if found else 0

    async def _redrive(self, caller: Identity, letter: UUID, *, dry_run: bool) -> Verdict:
        try:
            async with self._db.transaction() as tx:
                waiting = await rows(
                    tx, "SELECT body FROM dead_letters WHERE id = $1 AND fate IS NULL FOR UPDATE", letter
                )
                if not waiting:
                    return Verdict(id=letter, fate=None, problem="decided meanwhile")
                await self._retake(bytes(waiting[0].body), tx=tx)
                await _decide(tx, letter, "redriven", caller)
                if dry_run:
                    await tx.rollback()
        except (SQLAlchemyError, ValueError, LookupError, TypeError) as error:
            return Verdict(id=letter, fate=None, problem=type(error).__name__)
        return Verdict(id=letter, fate="redriven")


async def _decide(tx: Transaction, letter: UUID, fate: Fate, caller: Identity) -> None:
    decided = await rows(
        tx,
        "UPDATE dead_letters SET fate = $2, decided_by = $3, decided_at = now(),"
        " body = CASE WHEN $2 = 'dropped' THEN '' ELSE body END WHERE id = $1 AND fate IS NULL RETURNING tenant_id, queue, type",
        letter,
        fate,
        caller.user,
    )
    for one in decided:
        about = {"letter_id": str(letter), "queue": one.queue, "type": one.type}
        await record(tx, caller, f"dead_letter.{_ACTS[fate]}", None, about, tenant_id=one.tenant_id)


def _scope(caller: Identity) -> UUID | None:
    return None if caller.role == "operator" else caller.tenant_id
