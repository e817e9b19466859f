"""Turns a tenant's schema into the one a model is held to, and its answer back into the tenant's."""

import re
from typing import Any

from shared.results import JsonObject

KEPT = {"type", "description", "enum", "const", "format", "pattern", "properties", "items", "anyOf", "$ref", "$defs"}
BOUNDS = {"maxLength", "maxItems", "minimum", "maximum"}
MOST_ITEMS = 1000  # grammars refuse longer repetitions; the check afterwards uses the tenant's own bound
FURTHER = "further_values"
SCALARS = {"string", "number", "integer", "boolean"}


def for_model(schema: JsonObject, *, bounded: bool = True) -> JsonObject:
    """The schema to send: closed objects, every property required, every scalar nullable.

    A model that may not say null invents a value, so null is allowed here even where the tenant's schema wants one.
    Keywords that servers refuse are left out; `bounded=False` leaves out lengths as well.
    """
    sent = {key: value for key, value in schema.items() if key in (KEPT | BOUNDS if bounded else KEPT)}
    if sent.get("maxItems", 0) > MOST_ITEMS:
        del sent["maxItems"]
    for key in ("properties", "$defs"):
        if key in sent:
            sent[key] = {name: for_model(part, bounded=bounded) for name, part in sent[key].items()}
    if isinstance(sent.get("items"), dict):
        sent["items"] = for_model(sent["items"], bounded=bounded)
    if "anyOf" in sent:
        sent["anyOf"] = [for_model(part, bounded=bounded) for part in sent["anyOf"]]
    if "properties" in sent:
        sent |= {"type": "object", "required": list(sent["properties"]), "additionalProperties": False}
    return _nullable(sent)


def with_further_values(schema: JsonObject) -> JsonObject:
    """The schema with room for what a prompt asks for beyond it; `folded` makes it properties again."""
    pair = {"name": {"type": "string", "maxLength": 60}, "value": {"type": "string", "maxLength": 300}}
    further = {
        "type": "array",
        "description": "What the task asks for and no other property has; empty when there is nothing",
        "maxItems": 40,
        "items": {"type": "object", "properties": pair, "required": list(pair), "additionalProperties": False},
    }
    return schema | {"properties": schema.get("properties", {}) | {FURTHER: further}}


def folded(data: JsonObject) -> JsonObject:
    """The data with each further value under its own name, unless a property of the schema has that name."""
    pairs = (
        (re.sub(r"\W+", "_", pair["name"] or "").strip("_").lower(), pair["value"]) for pair in data.get(FURTHER, [])
    )
    further = {name: value for name, value in pairs if name and value}
    return further | {name: value for name, value in data.items() if name != FURTHER}


def is_strict(schema: JsonObject) -> bool:
    """Whether every object lists its properties: only then can a server enforce the schema strictly."""
    if schema.get("type") == "object" and "properties" not in schema:
        return False
    parts = [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values(), *schema.get("anyOf", [])]
    return all(is_strict(part) for part in parts) and ("items" not in schema or is_strict(schema["items"]))


def as_asked(value: Any, schema: JsonObject) -> Any:
    """Leaves out the nulls that only the sent schema allowed, where the tenant's schema does not require the key."""
    if isinstance(value, list):
        return [as_asked(item, schema.get("items", {})) for item in value]
    if not isinstance(value, dict) or "properties" not in schema:
        return value
    parts, required = schema["properties"], schema.get("required", [])
    return {
        key: as_asked(item, parts.get(key, {}))
        for key, item in value.items()
        if item is not None or key in required or may_be_null(parts.get(key, {}))
    }


def may_be_null(schema: JsonObject) -> bool:
    kind = schema.get("type", "null")
    return kind == "null" or (isinstance(kind, list) and "null" in kind)


def _nullable(schema: JsonObject) -> JsonObject:
    kind = schema.get("type")
    kinds = [kind] if isinstance(kind, str) else list(kind or [])
    if not SCALARS.intersection(kinds) or "null" in kinds:
        return schema
    nullable = schema | {"type": [*kinds, "null"]}
    if "enum" in schema and None not in schema["enum"]:
        nullable["enum"] = [*schema["enum"], None]
    return nullable
