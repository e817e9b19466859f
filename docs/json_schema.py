"""JSON Schema in words that fit into a cell of a table: `string (uuid)`, `array of Document`, `high or low`."""

from shared.results import JsonObject


def kind(schema: JsonObject) -> str:
    """What a value may be. A reference is named by its last part."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(kind(part) for part in schema[several]))
    if "const" in schema or "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"array of {kind(schema.get('items', {}))}"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"object of {kind(schema['additionalProperties'])}"
    return f"{schema.get('type', 'any')}{_bounds(schema)}"


def _bounds(schema: JsonObject) -> str:
    said = [str(schema[name]) for name in ("format", "contentMediaType") if name in schema]
    if "maxLength" in schema:
        said.append(f"≤ {schema['maxLength']} characters")
    if "minimum" in schema or "maximum" in schema:
        said.append(f"{schema.get('minimum', '')}…{schema.get('maximum', '')}")
    return f" ({', '.join(said)})" if said else ""


def fields_table(schema: JsonObject) -> list[str]:
    """The properties of an object, a row each; required ones in bold."""
    required = schema.get("required", [])
    rows = ["| field | what it is | |", "|---|---|---|"]
    for name, value in schema.get("properties", {}).items():
        shown = f"**{name}**" if name in required else name
        rows.append(f"| {shown} | {_cell(kind(value))} | {_cell(value.get('description', ''))}{_default(value)} |")
    return rows


def _default(schema: JsonObject) -> str:
    value = schema.get("default")
    return "" if value in (None, "", [], {}) else f" Default: `{value}`."


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
