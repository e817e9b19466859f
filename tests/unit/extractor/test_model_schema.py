import pytest
from jsonschema import Draft202012Validator

from services.classifier.document_types import DocumentType, built_in
from services.extractor.prices import Price, known_prices, priced
from services.extractor.prompts import page_text, prompt_version
from services.extractor.request_schema import as_asked, for_model, is_strict
from shared.pages import Page, Word
from shared.results import JsonObject, Usage

TENANTS: JsonObject = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "title": "Order",
    "properties": {
        "number": {"type": "string", "minLength": 3, "maxLength": 9, "default": "x"},
        "kind": {"enum": ["a", "b"], "type": "string"},
        "rows": {"type": "array", "maxItems": 5000, "items": {"properties": {"n": {"type": ["integer", "null"]}}}},
    },
    "required": ["number"],
}


def test_the_sent_schema_is_closed_complete_and_nullable_and_has_only_what_servers_take():
    assert for_model(TENANTS) == {
        "type": "object",
        "properties": {
            "number": {"type": ["string", "null"], "maxLength": 9},
            "kind": {"enum": ["a", "b", None], "type": ["string", "null"]},
            "rows": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"n": {"type": ["integer", "null"]}},
                    "required": ["n"],
                    "additionalProperties": False,
                },
            },
        },
        "required": ["number", "kind", "rows"],
        "additionalProperties": False,
    }


def test_lengths_are_left_out_for_servers_that_refuse_them():
    assert "maxLength" not in for_model(TENANTS, bounded=False)["properties"]["number"]


def test_a_property_named_like_a_keyword_is_a_property():
    assert set(for_model({"properties": {"default": {"type": "string"}}})["properties"]) == {"default"}


@pytest.mark.parametrize(
    ("schema", "strict"),
    [
        (TENANTS, True),
        ({"type": "object"}, False),
        ({"properties": {"a": {"type": "object"}}}, False),
        ({"properties": {"a": {"type": "array", "items": {"type": "object"}}}}, False),
        ({"properties": {"a": {"anyOf": [{"type": "object"}]}}}, False),
        ({"properties": {"a": {"type": "array"}}}, True),
    ],
)
def test_a_schema_with_open_objects_cannot_be_enforced_strictly(schema: JsonObject, *, strict: bool):
    assert is_strict(schema) is strict


def test_nulls_that_the_tenant_did_not_ask_for_are_left_out_of_the_result():
    answer = {"number": None, "kind": None, "rows": [{"n": None}]}

    assert as_asked(answer, TENANTS) == {"number": None, "rows": [{"n": None}]}


@pytest.mark.parametrize("kind", built_in().values(), ids=list(built_in()))
def test_every_built_in_schema_can_be_sent(kind: DocumentType):
    sent = for_model(kind.json_schema)

    Draft202012Validator.check_schema(sent)
    assert is_strict(sent)


def test_the_prompt_version_changes_with_prompt_and_schema():
    versions = {prompt_version("a", {}), prompt_version("b", {}), prompt_version("a", {"type": "object"})}

    assert len(versions) == 3


def test_columns_stay_apart_in_the_text_for_the_model():
    def word(text: str, x0: float) -> Word:
        return Word(text=text, x0=x0, y0=0.1, x1=x0 + 0.1, y1=0.12)

    page = Page(
        number=3, width=100, height=100, source="text", words=(word("Rent", 0.1), word("a", 0.21), word("5", 0.9))
    )

    assert page_text(page) == "[page 3]\nRent a   5"


@pytest.mark.parametrize(("model", "cost"), [("m", 12.0), ("m-2026-01-31", 12.0), ("m-mini", None), ("other", None)])
def test_cost_follows_from_tokens_and_price_and_is_none_when_the_price_is_unknown(model: str, cost: float | None):
    usage = Usage(input_tokens=2_000_000, output_tokens=1_000_000)

    assert priced(usage, model=model, prices={"m": Price(input=1.0, output=10.0)}).cost == cost


def test_prices_that_come_with_the_product_are_for_input_and_output():
    assert all(0 < price.input < price.output for price in known_prices().values())
