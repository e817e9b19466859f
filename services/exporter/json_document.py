"""Exports as JSON: one array, written item by item, with every value exactly as it is stored."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from services.exporter import rows
from services.exporter.evidence import Evidence
from services.exporter.rows import ExportDocument, as_json, leaves_of, split_items
from services.exporter.stored import Document
from services.exporter.survey import Survey
from shared.results import JsonObject


def write_json(documents: Iterable[Document], *, survey: Survey | None, with_fields: bool, target: Path) -> int:
    """Write an array of documents or, with a survey of the row arrays, of their items. Returns the number written.

    With fields, a document brings the evidence of all its fields, an item only its pages and lowest confidence.
    """
    written = 0
    with target.open("w", encoding="utf-8") as file:
        file.write("[")
        for document in documents:
            for entry in _entries(document.full, survey, with_fields=with_fields):
                file.write(",\n" if written else "\n")
                file.write(as_json(entry))
                written += 1
        file.write("\n]\n")
    return written


def _entries(document: ExportDocument, survey: Survey | None, *, with_fields: bool) -> Iterator[JsonObject]:
    about = document.model_dump(mode="json", exclude={"data", "fields"})
    seen = survey.types.get(document.document_type or "") if survey else None
    if survey is None:
        fields = document.model_dump(mode="json", include={"fields"}) if with_fields else {}
        yield about | {"data": document.data} | fields
        return
    path = seen.row_path if seen else None
    evidence = Evidence(document.fields, path)
    about["data"] = without(document.data, path) if path else document.data
    items: list[tuple[int | None, object]] = list(enumerate(_items(document.data, path))) if path else []
    for number, item in items or [(None, None)]:
        found = evidence.of_row(number)
        sources = {"page": found.pages, "confidence": found.confidence} if with_fields else {}
        yield about | {"row": None if number is None else number + 1, "item": item} | sources


def _items(data: JsonObject, path: rows.Path) -> list[object]:
    """The items as they are stored, as many as the table has rows."""
    value: object = data
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    if isinstance(value, list):
        return value
    return [value] if split_items(leaves_of(data), path)[1] else []


def without(data: JsonObject, path: rows.Path) -> JsonObject:
    """A copy of `data` in which the value at `path` is left out."""
    key, *rest = path
    if not rest:
        return {name: value for name, value in data.items() if name != key}
    inner = data.get(key)
    return data | {key: without(inner, tuple(rest))} if isinstance(inner, dict) else data
