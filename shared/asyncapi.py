"""The AsyncAPI document: every event on the exchange, with its envelope and the schema of its data."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from shared.cloudevent import CONTENT_TYPE, Event
from shared.events import EVENTS
from shared.results import JsonObject

_REFERENCE = "#/components/schemas/{model}"
_UUID = {"type": "string", "format": "uuid"}
_EXCHANGE = {"name": "ingestio.events", "type": "topic", "durable": True, "autoDelete": False, "vhost": "/"}


def asyncapi() -> JsonObject:
    """AsyncAPI 3.0. An event's routing key is its type; bind a queue of your own to the exchange."""
    contracts: list[tuple[type[BaseModel], Any]] = [(event, "serialization") for event in EVENTS.values()]
    data, definitions = models_json_schema(contracts, ref_template=_REFERENCE)
    messages = {name: _message(event, data[event, "serialization"]) for name, event in EVENTS.items()}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "IngestIO events",
            "version": "1.0.0",
            "description": "CloudEvents 1.0 in structured JSON, at least once: an event that comes again has the same id.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": {"broker": {"host": "localhost:5672", "protocol": "amqp", "description": "Wherever yours is."}},
        "channels": {name: _channel(name) for name in EVENTS},
        "operations": {f"hear.{name}": _operation(name) for name in EVENTS},
        "components": {"messages": messages, "schemas": definitions["$defs"]},
    }


def _message(event: type[Event], data: JsonObject) -> JsonObject:
    summary = (event.__doc__ or "").strip().splitlines()[0]
    return {"name": event.type, "summary": summary, "contentType": CONTENT_TYPE, "payload": _envelope(event, data)}


def _envelope(event: type[Event], data: JsonObject) -> JsonObject:
    attributes: JsonObject = {
        "specversion": {"const": "1.0"},
        "id": _UUID,
        "source": {"type": "string", "examples": [f"/ingestio/{event.source}"]},
        "type": {"const": event.type},
        "subject": _UUID,
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"const": "application/json"},
        "dataschema": {"type": "string"},
        "tenantid": _UUID,
        "batchid": _UUID,
        "generation": {"type": "integer", "minimum": 1},
    }
    optional: JsonObject = {"causationid": _UUID, "traceparent": {"type": "string"}}
    return {"type": "object", "required": [*attributes, "data"], "properties": attributes | optional | {"data": data}}


def _channel(name: str) -> JsonObject:
    return {
        "address": name,
        "messages": {"event": {"$ref": f"#/components/messages/{name}"}},
        "bindings": {"amqp": {"is": "routingKey", "exchange": _EXCHANGE, "bindingVersion": "0.3.0"}},
    }


def _operation(name: str) -> JsonObject:
    channel = f"#/channels/{name}"
    return {"action": "send", "channel": {"$ref": channel}, "messages": [{"$ref": f"{channel}/messages/event"}]}
