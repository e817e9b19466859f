"""Fills properties with found values in the form their schema asks for, and keeps the evidence by path."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from services.extractor.local.calendar_dates import dates_in
from services.extractor.local.candidates import Candidate
from services.extractor.local.confidence import CELL
from services.extractor.local.document import Document
from services.extractor.local.evidence import evidence_of
from services.extractor.local.field_names import AMOUNTS, ITEM, LISTS, TRANSACTION, item_field_of
from services.extractor.local.labeled_values import labeled_value
from services.extractor.local.line_items import Item
from services.extractor.local.listed_rows import Kind, Listing, listed_rows
from services.extractor.local.plan import Property, property_of
from shared.results import FieldEvidence, JsonObject, ResultWarning, Rows


@dataclass
class Filled:
    """The result as it grows: data, evidence by path, warnings, rows."""

    data: JsonObject = field(default_factory=dict)
    fields: dict[str, FieldEvidence] = field(default_factory=dict)
    found: dict[str, Candidate] = field(default_factory=dict)
    warnings: list[ResultWarning] = field(default_factory=list)
    rows: Rows = field(default_factory=Rows)
    rows_at: str | None = None


def fill(document: Document, properties: Iterable[Property], blank: Iterable[str]) -> Filled:
    """Read every property; those in `blank` stay null without a warning."""
    filled = Filled()
    unwanted = set(blank)
    for entry in properties:
        if entry.name in unwanted:
            filled.data[entry.name] = None
        elif entry.field in LISTS or _is_list_of_objects(entry.schema):
            _fill_list(filled, document, entry)
        elif _types(entry.schema) & {"object"} or "properties" in entry.schema:
            filled.data[entry.name] = _fill_object(filled, document, entry)
        else:
            filled.data[entry.name] = _fill_value(filled, document, entry, path=entry.name)
    return filled


def _fill_value(filled: Filled, document: Document, entry: Property, *, path: str) -> Any:
    if _types(entry.schema) & {"array", "boolean"} and entry.field is None:
        filled.warnings.append(_warning("unsupported_field", path, "can not be read without a model"))
        return None
    candidate = _candidate(document, entry)
    if candidate is None:
        filled.warnings.append(_warning("missing_field", path, "was not found in the document"))
        return None
    value = in_schema(candidate.value, entry.schema, is_amount=entry.field in AMOUNTS)
    if value is None:
        filled.warnings.append(_warning("unsupported_field", path, "was found but does not fit the schema"))
        return None
    filled.found[entry.field or path] = candidate
    filled.fields[path] = evidence_of(candidate, field=entry.field)
    return value


def _candidate(document: Document, entry: Property) -> Candidate | None:
    if entry.field and document.knows(entry.field):
        return document.find(entry.field)
    return labeled_value(document.layout, wordings(entry.name, entry.schema))


def _fill_object(filled: Filled, document: Document, entry: Property) -> JsonObject:
    """A nested object: `vendor: {name, address}` has the vendor for its name, and its own fields by their names."""
    result: JsonObject = {}
    for name, part in (entry.schema.get("properties") or {}).items():
        inner = property_of(f"{entry.name}_{name}", part)
        if inner.field is None:
            inner = property_of(name, part)
        if name in {"name", "value"} and entry.field:
            inner = Property(name, entry.field, inner.schema)
        result[name] = _fill_value(filled, document, inner, path=f"{entry.name}.{name}")
    return result


def _fill_list(filled: Filled, document: Document, entry: Property) -> None:
    names = _item_names(entry)
    known = entry.field in LISTS and all(source for source, _ in names.values())
    listing = None if known else _listing(document, entry, names)
    if listing is None and entry.field in LISTS:
        expected, items = document.rows(entry.field or "line_items")
    elif listing is None:
        filled.data[entry.name] = []
        filled.warnings.append(
            _warning("missing_field", entry.name, "has no heading in the document that names its columns")
        )
        return
    else:
        expected, items = listing.expected, listing.items
        names = {name: (name, schema) for name, (_, schema) in names.items()}
        filled.warnings += [
            _warning("missing_field", f"{entry.name}[].{name}", "is named by no heading of the list")
            for name in listing.without_column
        ]
    filled.rows = Rows(expected=filled.rows.expected + expected, extracted=filled.rows.extracted + len(items))
    filled.rows_at = entry.name
    filled.data[entry.name] = [_row(item, names) for item in items]
    for index, item in enumerate(items):
        for name, (source, _) in names.items():
            words = item.words.get(source or "", ())
            if words and item.values.get(source or "") is not None:
                path = f"{entry.name}[{index}].{name}"
                candidate = Candidate(None, 2.0, item.line.page, words, frozenset({"column", "row"}), 2.0)
                filled.found[path], filled.fields[path] = candidate, evidence_of(candidate, field=CELL)


def _is_list_of_objects(schema: JsonObject) -> bool:
    items = schema.get("items")
    return bool(_types(schema) & {"array"} and isinstance(items, dict) and items.get("properties"))


def _listing(document: Document, entry: Property, names: dict[str, tuple[str | None, JsonObject]]) -> Listing | None:
    """The rows of the list whose heading names these properties."""
    asked = {name: wordings(name, schema) for name, (_, schema) in names.items()}
    kinds = {name: _kind(name, schema) for name, (_, schema) in names.items()}
    return listed_rows(document.layout, asked, kinds, name=entry.name)


def _kind(name: str, schema: JsonObject) -> Kind:
    """What a column holds: as its schema says, a date also where its name says so."""
    if _types(schema) & {"number", "integer"}:
        return "number"
    return "date" if schema.get("format") == "date" or item_field_of(name) == "date" else "text"


def wordings(name: str, schema: JsonObject) -> list[str]:
    """What a property may be called on a page: its name, and a short title or description."""
    told = schema.get("title") or schema.get("description")
    return [name.replace("_", " "), *([told] if isinstance(told, str) and len(told.split()) <= 4 else [])]


def _item_names(entry: Property) -> dict[str, tuple[str | None, JsonObject]]:
    """Property names of an item with the item field each means."""
    items = entry.schema.get("items")
    properties = items.get("properties") if isinstance(items, dict) else None
    if not properties:
        names = TRANSACTION if entry.field == "transactions" else ITEM
        return {name: (name, {}) for name in names}
    return {name: (item_field_of(name), part if isinstance(part, dict) else {}) for name, part in properties.items()}


def _row(item: Item, names: dict[str, tuple[str | None, JsonObject]]) -> JsonObject:
    row: JsonObject = {}
    for name, (source, schema) in names.items():
        value = item.values.get(source) if source else None
        row[name] = None if value is None else in_schema(value, schema, is_amount=source in {"amount", "balance"})
    return row


def in_schema(value: Any, schema: JsonObject, *, is_amount: bool) -> Any:
    """The value in the type the schema asks for; None when it can not have it."""
    types = _types(schema)
    if schema.get("format") == "date" and isinstance(value, str):
        value = next((written.value.isoformat() for written in dates_in(value)), None)
    allowed = schema.get("enum")
    if isinstance(value, float) and is_amount:
        value = round(value, 2)
    if types and isinstance(value, (int, float)) and not types & {"number", "integer"}:
        value = f"{value:.2f}" if is_amount else f"{value:g}"
    if types - {"null"} == {"integer"}:
        value = int(value) if isinstance(value, (int, float)) and value == int(value) else None
    if isinstance(value, str) and types and "string" not in types:
        return None
    return value if allowed is None or value in allowed else None


def _types(schema: JsonObject) -> set[str]:
    kinds = schema.get("type", [])
    named = {kinds} if isinstance(kinds, str) else set(kinds)
    for part in [*schema.get("anyOf", []), *schema.get("oneOf", [])]:
        named |= _types(part)
    return named


def _warning(code: str, path: str, what: str) -> ResultWarning:
    return ResultWarning(code=code, message=f"`{path}` {what}.", field=path)
