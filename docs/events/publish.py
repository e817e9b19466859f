"""Writes the JSON Schema of every event's data beside this file: `python docs/events/publish.py`."""

from pathlib import Path

import orjson

from shared.events import EVENTS


def main() -> None:
    for name, event in EVENTS.items():
        schema = orjson.dumps(event.model_json_schema(mode="serialization"), option=orjson.OPT_INDENT_2)
        (Path(__file__).parent / f"{name}.json").write_bytes(schema + b"\n")


if __name__ == "__main__":
    main()
