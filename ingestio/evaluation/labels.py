"""Reads labels: what a folder's documents say, in any of the four forms in which people keep them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingestio.client import TroubleError

NAMES = ("labels.json", "truth.json", "pages.json", "manifest.json")


@dataclass(frozen=True)
class Labelled:
    """What is known about one file. None and empty mean that nothing is labelled.

    `fields` are scalars, and lists of rows as lists of objects; a null says that the document does not show the
    field. `pages` is the count of pages, `refused` whether intake has to refuse the file.
    """

    name: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    document_type: str | None = None
    pages: int | None = None
    refused: bool | None = None


def labels_in(folder: Path, given: Path | None = None) -> list[Labelled]:
    """The labels of a folder, from the file given or the first of labels, truth, pages and manifest.json.

    Raises TroubleError when there are none, or they name files that are not there.
    """
    path = given or next((folder / name for name in NAMES if (folder / name).is_file()), None)
    if path is None:
        raise TroubleError(f"{folder} has no labels. Put one of {', '.join(NAMES)} there, or say where they are.")
    try:
        labels = list(_labelled(json.loads(path.read_text())))
    except (OSError, ValueError) as error:
        raise TroubleError(f"{path} is not readable as JSON: {error}") from error
    missing = [label.name for label in labels if not (folder / label.name).is_file()]
    if missing:
        raise TroubleError(f"{path} names files that are not in {folder}: {', '.join(missing[:5])}")
    return labels


def schema_of(labels: list[Labelled]) -> dict[str, Any]:
    """A JSON Schema of all labelled fields: each a text, a number, a date or a list of rows; or null."""
    values: dict[str, list[Any]] = {}
    for label in labels:
        for name, value in label.fields.items():
            values.setdefault(name, []).append(value)
    properties = {name: _schema_of_values(seen) for name, seen in values.items()}
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _labelled(raw: Any) -> Iterator[Labelled]:
    if isinstance(raw, list):  # a manifest: [{"file": …, "decodes": true}]
        for entry in raw:
            yield Labelled(entry["file"], refused=not entry["decodes"])
        return
    for name, said in raw.items():
        if "fields" in said or "document_type" in said:
            yield Labelled(name, _without_notes(said.get("fields", {})), said.get("document_type"), said.get("pages"))
        elif "pages" in said and not isinstance(said["pages"], list):
            counted = isinstance(said["pages"], int)
            refused = {"error": True, "disputed": None}.get(str(said["pages"]), False)
            yield Labelled(name, pages=said["pages"] if counted else None, refused=refused)
        else:
            yield Labelled(name, _without_notes(said))


def _without_notes(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if not name.startswith("_")}


def _schema_of_values(seen: list[Any]) -> dict[str, Any]:
    known = [value for value in seen if value is not None]
    rows = [row for value in known if isinstance(value, list) for row in value if isinstance(row, dict)]
    if rows:
        columns = {column: [row.get(column) for row in rows] for row in rows for column in row}
        properties = {column: _schema_of_values(cells) for column, cells in columns.items()}
        return {"type": "array", "items": {"type": "object", "properties": properties, "additionalProperties": False}}
    if known and all(isinstance(value, int | float) for value in known):
        return {"type": ["number", "null"]}
    if known and all(isinstance(value, list) for value in known):
        return {"type": ["array", "null"], "items": {"type": "string"}}
    return {"type": ["string", "null"]}
