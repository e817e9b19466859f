"""The API as a page to read: made from the OpenAPI document, operation by operation, then the shapes they speak of."""

from collections import defaultdict
from itertools import chain

from docs.json_schema import fields_table, kind
from shared.results import JsonObject

HEAD = """# The API, operation by operation

Made from [api/openapi.json](api/openapi.json) by `python -m docs.api.publish`; how to use it: [user guide](user-guide.md#the-api).
Every path wants `Authorization: Bearer …` unless it says otherwise. Refusals are problem details
([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)) with a stable `code` and a `detail` for people; `retryable` says whether the same request may
succeed later. Lists answer `items` and `next_cursor`; send it back as `cursor`. Fields in **bold** are always there.
"""


def reference(document: JsonObject) -> str:
    """Markdown of a whole OpenAPI document."""
    groups: dict[str, list[str]] = defaultdict(list)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            groups[operation["tags"][0]] += _operation(method.upper(), path, operation)
    lines = [HEAD, " · ".join(f"[{name}](#{name.replace(' ', '-')})" for name in sorted(groups)), ""]
    for name in sorted(groups):
        lines += [f"## {name[0].upper()}{name[1:]}", "", *groups[name]]
    return "\n".join([*lines, "## Shapes", "", *_shapes(document["components"]["schemas"])]).rstrip() + "\n"


def _operation(method: str, path: str, operation: JsonObject) -> list[str]:
    lines = [f"### {method} {path}", ""]
    lines += [operation["description"].strip(), ""] if operation.get("description") else []
    lines += [] if operation.get("security") else ["Without a token.", ""]
    parameters = operation.get("parameters", [])
    if parameters:
        lines += [*fields_table(_as_object(parameters)), ""]
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        lines += _body(media_type, content["schema"])
    return [*lines, f"Answers {_answers(operation['responses'])}.", ""]


def _as_object(parameters: list[JsonObject]) -> JsonObject:
    said = {part["name"]: {"description": part.get("description", ""), **part["schema"]} for part in parameters}
    return {"properties": said, "required": [part["name"] for part in parameters if part.get("required")]}


def _body(media_type: str, schema: JsonObject) -> list[str]:
    if "properties" not in schema:
        return [f"Body: {_shape(schema)} as `{media_type}`.", ""]
    return [f"Body, as `{media_type}`:", "", *fields_table(schema), ""]


def _answers(responses: JsonObject) -> str:
    good = {status: answer for status, answer in responses.items() if status.isdigit()}
    said = []
    for status, answer in good.items():
        contents = answer.get("content", {}).items()
        shapes = [_shape(content["schema"]) if content.get("schema") else f"`{media}`" for media, content in contents]
        said.append(f"{status} with {' or '.join(dict.fromkeys(shapes))}" if shapes else status)
    return "; ".join(said)


def _shape(schema: JsonObject) -> str:
    named = kind(schema)
    return f"[{named}](#{named.lower()})" if "$ref" in schema else named


def _shapes(schemas: JsonObject) -> list[str]:
    return list(chain.from_iterable(_described(name, schema) for name, schema in sorted(schemas.items())))


def _described(name: str, schema: JsonObject) -> list[str]:
    text = " ".join(schema.get("description", "").split())
    rows = fields_table(schema) if schema.get("properties") else [f"{kind(schema)[:1].upper()}{kind(schema)[1:]}."]
    return [f"### {name}", "", *([text, ""] if text else []), *rows, ""]
