"""Writes the JSON Schema of every event's data, and asyncapi.json, beside this file: `python docs/events/publish.py`."""

from pathlib import Path

import orjson

from shared.asyncapi import asyncapi
from shared.events import EVENTS
from shared.results import JsonObject


def main() -> None:
    for name, event in EVENTS.items():
        _write(name, event.model_json_schema(mode="serialization"))
    _write("asyncapi", asyncapi())


def _write(name: str, document: JsonObject) -> None:
    (Path(__file__).parent / f"{name}.json").write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")


if __name__ == "__main__":
    main()
