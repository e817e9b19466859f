"""How models go wrong about lists without saying so: each takes the honest rows of one answer and spoils them."""

import random
from collections.abc import Callable

from shared.results import JsonObject

Rows = list[JsonObject]
Damage = Callable[[Rows, random.Random], Rows]


def drops_one(rows: Rows, chance: random.Random) -> Rows:
    at = chance.randrange(len(rows))
    return rows[:at] + rows[at + 1 :]


def drops_some(rows: Rows, chance: random.Random) -> Rows:
    return [row for row in rows if chance.random() < 0.8]


def stops_early(rows: Rows, _: random.Random) -> Rows:
    return rows[: len(rows) * 3 // 4]


def gives_none(_: Rows, __: random.Random) -> Rows:
    return []


def repeats_one(rows: Rows, chance: random.Random) -> Rows:
    at = chance.randrange(len(rows))
    return [*rows[: at + 1], *rows[at:]]


def repeats_for_another(rows: Rows, chance: random.Random) -> Rows:
    """The number of rows stays right."""
    at, gone = chance.sample(range(len(rows)), 2)
    return [rows[at] if number == gone else row for number, row in enumerate(rows)]


def swaps_two(rows: Rows, chance: random.Random) -> Rows:
    one, other = sorted(chance.sample(range(len(rows)), 2))
    return [*rows[:one], rows[other], *rows[one + 1 : other], rows[one], *rows[other + 1 :]]


def sorts(rows: Rows, _: random.Random) -> Rows:
    return sorted(rows, key=lambda row: str(row.get("amount") or row.get("debit") or row.get("credit")))


def invents_one(rows: Rows, chance: random.Random) -> Rows:
    row = dict(chance.choice(rows))
    row.update({key: round(value * 1.37 + 0.11, 2) for key, value in row.items() if isinstance(value, float)})
    return [*rows, row]


def invents_from_others(rows: Rows, chance: random.Random) -> Rows:
    """A row of values that all stand in the document."""
    made = {key: chance.choice(rows)[key] for key in rows[0]}
    return [*rows, made]


def changes_a_digit(rows: Rows, chance: random.Random) -> Rows:
    return _changed(rows, chance, lambda value: round(value + 0.1, 2))


def loses_a_sign(rows: Rows, chance: random.Random) -> Rows:
    return _changed(rows, chance, lambda value: -value)


def leaves_a_value_out(rows: Rows, chance: random.Random) -> Rows:
    return _changed(rows, chance, lambda _: None)


def shifts_columns_of_a_row(rows: Rows, chance: random.Random) -> Rows:
    at = chance.randrange(len(rows))
    return [_shifted(row) if number == at else row for number, row in enumerate(rows)]


def shifts_columns(rows: Rows, _: random.Random) -> Rows:
    return [_shifted(row) for row in rows]


def shifts_a_column_down(rows: Rows, chance: random.Random) -> Rows:
    key = chance.choice([key for key, value in rows[0].items() if key != "position"])
    return [row | {key: rows[max(number - 1, 0)][key]} for number, row in enumerate(rows)]


DAMAGES: tuple[Damage, ...] = (
    drops_one, drops_some, stops_early, gives_none, repeats_one, repeats_for_another, swaps_two, sorts, invents_one,
    invents_from_others, changes_a_digit, loses_a_sign, leaves_a_value_out, shifts_columns_of_a_row, shifts_columns,
    shifts_a_column_down,
)  # fmt: skip


def _changed(rows: Rows, chance: random.Random, change: Callable[[float], float | None]) -> Rows:
    at = chance.randrange(len(rows))
    keys = [key for key, value in rows[at].items() if isinstance(value, float)]
    key = chance.choice(keys)
    return [row | {key: change(row[key])} if number == at else row for number, row in enumerate(rows)]


def _shifted(row: JsonObject) -> JsonObject:
    """The last two columns of amounts exchanged."""
    one, other = list(row)[-2:]
    return row | {one: row[other], other: row[one]}
