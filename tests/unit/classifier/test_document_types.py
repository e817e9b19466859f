import pytest
from jsonschema import Draft202012Validator

from services.classifier.document_types import DocumentType, built_in
from shared.results import JsonObject

TYPES = list(built_in().values())
every_type = pytest.mark.parametrize("kind", TYPES, ids=[kind.code for kind in TYPES])


def test_all_twelve_types_come_with_the_product():
    assert set(built_in()) >= {
        "invoice", "receipt", "purchase_order", "bank_statement", "contract", "resume", "payslip", "tax_form",
        "identity_document", "letter", "form", "other",
    }  # fmt: skip


@every_type
def test_a_schema_is_valid_json_schema(kind: DocumentType):
    Draft202012Validator.check_schema(kind.json_schema)


@every_type
def test_every_object_is_closed_and_requires_all_it_lists_so_that_servers_can_enforce_it(kind: DocumentType):
    for part in _objects(kind.json_schema):
        assert part["additionalProperties"] is False
        assert part["required"] == list(part["properties"])


@every_type
def test_every_value_has_a_description_and_every_text_and_list_a_bound(kind: DocumentType):
    for part in _objects(kind.json_schema):
        for name, value in part["properties"].items():
            assert value["description"], name
            assert value["type"] != "array" or value["maxItems"] > 0
            assert "string" not in value["type"] or "maxLength" in value or value["format"] == "date", name


@every_type
def test_every_single_value_may_be_null_so_that_nothing_must_be_invented(kind: DocumentType):
    for part in _objects(kind.json_schema):
        for name, value in part["properties"].items():
            assert value["type"] == "array" or "null" in value["type"], name


def _objects(schema: JsonObject) -> list[JsonObject]:
    parts = [*schema.get("properties", {}).values(), schema.get("items", {})]
    inner = [found for part in parts if part for found in _objects(part)]
    return [schema, *inner] if "properties" in schema else inner
