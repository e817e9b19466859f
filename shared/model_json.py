"""Reads the JSON a language model wrote, and believes only what is unambiguous."""

import json
import math
import re
from typing import Any, NoReturn, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import UnknownType, ValidationError
from referencing import Registry
from referencing.exceptions import Unresolvable

from shared.errors import Category, Permanent
from shared.results import JsonObject

MAX_ERRORS = 12
_NAMED = 5


class InvalidAnswer(Exception):
    """The answer is not the JSON asked for. `errors` tell the model what to repair; `places` are safe to show."""

    def __init__(self, errors: list[str], places: list[str]) -> None:
        super().__init__("; ".join(places))
        self.errors = errors
        self.places = places


def parse_object(text: str) -> JsonObject:
    """The one JSON object in `text`; fences and words around it are tolerated.

    Raises InvalidAnswer for anything a database or another reader could take differently: duplicate keys, NaN,
    infinite or huge numbers, NUL and broken Unicode.
    """
    start, end = text.find("{", text.rfind("</think>") + 1), text.rfind("}")
    try:
        value = json.loads(
            text[max(start, 0) : end + 1],
            object_pairs_hook=_unique,
            parse_constant=_no_number,
            parse_float=_finite,
            parse_int=_storable,
        )
        written = json.dumps(value, ensure_ascii=False)
        written.encode()
    except (ValueError, RecursionError) as error:  # UnicodeEncodeError is a ValueError
        raise InvalidAnswer([f"not valid JSON: {error}"], ["it is not valid JSON"]) from error
    if not isinstance(value, dict) or "\\u0000" in written:
        raise InvalidAnswer(["not one JSON object of text"], ["it is not one JSON object"])
    return value


def check(value: JsonObject, schema: JsonObject, *, nulls: bool = False) -> None:
    """Raises InvalidAnswer where `value` does not fit `schema`; with `nulls`, null fits everywhere.

    Raises Permanent when the schema itself cannot be used. No reference in a schema is ever fetched.
    """
    checker = Draft202012Validator(schema, registry=Registry(), format_checker=Draft202012Validator.FORMAT_CHECKER)
    try:
        found = [error for error in checker.iter_errors(value) if not (nulls and error.instance is None)]
    except (Unresolvable, UnknownType, re.error) as error:
        raise Permanent(Category.PROVIDER_REJECTED, "The schema is no usable JSON Schema.") from error
    found = sorted(found, key=lambda error: list(map(str, error.absolute_path)))[:MAX_ERRORS]
    if found:
        raise InvalidAnswer(
            [f"{_place(e)}: {e.message[:300]}" for e in found], list(dict.fromkeys(map(_problem, found)))
        )


def _problem(error: ValidationError) -> str:
    """In names of the schema only: what the model made up is never shown."""
    if error.validator != "required":
        return _place(error)
    required, given = cast(list[str], error.validator_value), cast(JsonObject, error.instance)
    missing = [name for name in required if name not in given]
    named = ", ".join(missing[:_NAMED]) + (" and more" if len(missing) > _NAMED else "")
    return f"{_place(error)} has no {named}"


def _place(error: ValidationError) -> str:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path)
    return path.lstrip(".") or "the object itself"


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return value


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _finite(digits: str) -> float:
    if not math.isfinite(number := float(digits)):
        raise ValueError("a number is too large")
    return number


def _storable(digits: str) -> int:
    if len(digits) > 18:  # what fits 64 bits
        raise ValueError("a number is too large")
    return int(digits)
