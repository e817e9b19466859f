"""Many rows in one statement, as JSON in one parameter: a statement a row costs three times as much on both sides."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Table

from shared.db import Transaction, run_sql

Row = dict[str, Any]


async def write_rows(
    tx: Transaction,
    table: Table,
    values: Sequence[Row],
    *,
    take: Sequence[str] = (),
    merge: Mapping[str, str] | None = None,
    newer_by: Sequence[str] = (),
) -> None:
    """Add rows of the same columns; over what is there, `take` the new values and `merge` by SQL, where `newer_by` these.

    Without either, what is there stays. Of rows with one key the later one finds the earlier one there.
    """
    if not values:
        return
    sql = writing(table, list(values[0]), take=take, merge=merge, newer_by=newer_by)
    for wave in _waves(table, values) if take or merge else [values]:
        await run_sql(tx, sql, as_json(wave))


def writing(
    table: Table,
    columns: Sequence[str],
    *,
    take: Sequence[str] = (),
    merge: Mapping[str, str] | None = None,
    newer_by: Sequence[str] = (),
    parameter: int = 1,
) -> str:
    """The statement of `write_rows`, or a part of one: its `parameter` is the rows `as_json`."""
    over = {name: f"excluded.{_quoted(name)}" for name in take} | dict(merge or {})
    names = ", ".join(map(_quoted, columns))
    return (
        f"INSERT INTO {table.name} ({names}) SELECT {names}"  # noqa: S608  # names from code
        f" FROM json_populate_recordset(NULL::{table.name}, ${parameter}::json) ON CONFLICT {_conflict(table, over, newer_by)}"
    )


def as_json(values: Sequence[Row] | Row) -> str:
    return orjson.dumps(values, default=_plain).decode()


def _conflict(table: Table, over: Mapping[str, str], newer_by: Sequence[str]) -> str:
    if not over:
        return "DO NOTHING"
    keys = ", ".join(_quoted(column.name) for column in table.primary_key)
    settings = ", ".join(f"{_quoted(name)} = {sql}" for name, sql in over.items())
    new, old = (", ".join(f"{of}.{_quoted(name)}" for name in newer_by) for of in ("excluded", table.name))
    return f"({keys}) DO UPDATE SET {settings}" + (f" WHERE ({new}) > ({old})" if newer_by else "")


def _waves(table: Table, values: Sequence[Row]) -> Iterator[list[Row]]:
    """One statement cannot write over its own row: the second row of a key comes in a second one."""
    keys = [column.name for column in table.primary_key]
    seen: Counter[tuple[Any, ...]] = Counter()
    waves: list[list[Row]] = []
    for row in values:
        key = tuple(row[name] for name in keys)
        if seen[key] == len(waves):
            waves.append([])
        waves[seen[key]].append(row)
        seen[key] += 1
    yield from waves


def _plain(value: object) -> str:
    """The UUIDs of asyncpg are a class of their own, which orjson does not take for a UUID."""
    if isinstance(value, UUID):
        return str(value)
    raise TypeError


def _quoted(name: str) -> str:
    return f'"{name}"'
