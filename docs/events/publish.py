"""Writes the JSON Schema of every event's data, asyncapi.json, and a page to read: `python -m docs.events.publish`."""

from pathlib import Path

import orjson

from docs.events.reference import reference
from shared.asyncapi import asyncapi
from shared.events import EVENTS
from shared.results import JsonObject

PAGE = Path(__file__).parents[1] / "events.md"
EXAMPLES = Path(__file__).parents[2] / "tests/contracts/examples"


def main() -> None:
    for name, event in EVENTS.items():
        _write(name, event.model_json_schema(mode="serialization"))
    _write("asyncapi", asyncapi())
    PAGE.write_text(page())


def page() -> str:
    """The page, with the events of the first release as examples."""
    return reference({name: orjson.loads((EXAMPLES / f"{name}.json").read_bytes()) for name in EVENTS})


def _write(name: str, document: JsonObject) -> None:
    (Path(__file__).parent / f"{name}.json").write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")


if __name__ == "__main__":
    main()
