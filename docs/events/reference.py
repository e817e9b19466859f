"""The events as a page to read: what each says, its fields, and one as it travels."""

import json
from collections.abc import Mapping

from docs.json_schema import fields_table, kind
from shared.asyncapi import asyncapi
from shared.events import EVENTS
from shared.results import JsonObject

HEAD = """# Events

Made from the contracts in `shared/events.py` by `python -m docs.events.publish`, which writes [events/asyncapi.json](events/asyncapi.json) (AsyncAPI
3.0) and a JSON Schema an event beside it. A running system serves the former at `/api/events/asyncapi.json`.

All travel on the durable topic exchange `ingestio.events`, the routing key being the type, as [CloudEvents](https://cloudevents.io) 1.0 in structured JSON:

| attribute | meaning |
|---|---|
| `id` | the same when the event comes again: forget what you have seen and you count twice |
| `subject` | the document or batch it is about |
| `tenantid`, `batchid`, `generation` | whose, which, and which reading of it: 1 at first, one more with each retry |
| `causationid` | the event that led to this one |
| `traceparent` | the trace it belongs to, when there is one |
| `data` | what follows below; a result over 256 KB stands in object storage, under `result_key` |

Delivery is at least once and in no order. Fields are added, never taken away or given another meaning: ignore those you do not know. How to hear them:
[subscriptions](batches.md#subscriptions). How to add one: [adding-an-event.md](adding-an-event.md).
"""


def reference(examples: Mapping[str, JsonObject]) -> str:
    """Markdown of all events. `examples` has one by type, as it travels."""
    document = asyncapi()
    lines = [HEAD, " · ".join(f"[{name}](#{_anchor(name)})" for name in EVENTS), ""]
    for name, event in EVENTS.items():
        schema = document["components"]["schemas"][event.__name__]
        lines += [f"## {name}", "", _summary(event.__doc__), f"From `{event.source}`.", "", *fields_table(schema), ""]
        lines += ["```json", json.dumps(examples[name], indent=2, ensure_ascii=False), "```", ""]
    return "\n".join([*lines, "## Shapes", "", *_shapes(document["components"]["schemas"])]).rstrip() + "\n"


def _shapes(schemas: JsonObject) -> list[str]:
    """What the fields refer to: every schema that is no event itself."""
    lines: list[str] = []
    for name, schema in schemas.items():
        if name not in {event.__name__ for event in EVENTS.values()}:
            rows = (
                fields_table(schema) if schema.get("properties") else [f"{kind(schema)[:1].upper()}{kind(schema)[1:]}."]
            )
            lines += [f"### {name}", "", _summary(schema.get("description")), "", *rows, ""]
    return lines


def _summary(text: str | None) -> str:
    return " ".join((text or "").split())


def _anchor(name: str) -> str:
    return name.replace(".", "")
