"""Which properties to fill, from schema and prompt together."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from services.extractor.local.field_names import DEFAULTS, default_fields, field_of
from services.extractor.local.prompt import Wish
from services.extractor.local.text import compact
from shared.results import JsonObject


@dataclass(frozen=True)
class Property:
    """One property to fill: its name, the field it means (None: only its words are known), and its schema."""

    name: str
    field: str | None
    schema: JsonObject


@dataclass(frozen=True)
class Plan:
    """The properties of the result in order, those left empty on purpose, and what of the prompt is not followed."""

    properties: tuple[Property, ...]
    left_out: tuple[str, ...]
    unfollowed: tuple[str, ...]


def plan_of(*, document_type: str, wish: Wish, schema: JsonObject) -> Plan:
    """The schema's properties, cut down or added to as far as the prompt names fields.

    A schema of the user's own is kept whole, unless the prompt says `only`; the type's default schema yields to the
    fields a prompt names.
    """
    given = schema.get("properties") or {name: {} for name in default_fields(document_type)}
    properties = [property_of(name, part) for name, part in given.items()]
    named = {_key(name): name for name in wish.fields}
    known = {_property_key(entry) for entry in properties} | {_key(entry.name) for entry in properties}
    extra = [name for key, name in named.items() if key not in known]
    narrowed = bool(named) and not wish.also and (wish.only or (_is_default(given) and len(named) < len(properties)))
    dropped = {_key(name) for name in wish.without}
    kept: list[Property] = []
    left_out: list[Property] = []
    for entry in properties:
        keys = {_property_key(entry), _key(entry.name)}
        unwanted = bool(keys & dropped) or (narrowed and not keys & named.keys())
        (left_out if unwanted else kept).append(entry)
    free = schema.get("additionalProperties", True) is not False or _is_default(given)
    added = [property_of(snake(name), {}) for name in extra] if free else []
    unfollowed = wish.unfollowed + (() if free else tuple(extra))
    required = set(schema.get("required", ())) if not _is_default(given) else set()
    return Plan(
        tuple(_with_blanks(properties, kept, required) + added),
        tuple(entry.name for entry in left_out),
        unfollowed,
    )


def property_of(name: str, schema: object) -> Property:
    part = schema if isinstance(schema, dict) else {}
    return Property(name, field_of(name) or _field_of_words(part), part)


def snake(name: str) -> str:
    return re.sub(r"[^\w]+", "_", name.strip().lower()).strip("_")


def _with_blanks(all_of: Iterable[Property], kept: list[Property], required: set[str]) -> list[Property]:
    """In the schema's order; a required property that is not wanted stays, as null."""
    return [entry for entry in all_of if entry in kept or entry.name in required]


def _field_of_words(schema: JsonObject) -> str | None:
    title = schema.get("title")
    description = schema.get("description")
    for words in (title, description):
        if isinstance(words, str) and (field := field_of(re.sub(r"^(?:the|a)\s+", "", words, flags=re.IGNORECASE))):
            return field
    return None


def _property_key(entry: Property) -> str:
    return entry.field or _key(entry.name)


def _key(name: str) -> str:
    return field_of(name) or compact(name)


def _is_default(properties: JsonObject) -> bool:
    names = set(properties)
    return any(names == set(fields) for fields in DEFAULTS.values())
