"""Schema and prompt: both shape the result, and what cannot be followed is said."""

import pytest

from services.extractor.local.prompt import wish_of
from services.extractor.local.reader import prompt_version
from tests.unit.extractor.local_documents import INVOICE, RECEIPT, codes, properties, read


def test_renamed_properties_keep_their_names():
    schema = properties("supplier", "invoice_no", "grand_total", "vat", "subtotal")
    assert read(*INVOICE, document_type="invoice", schema=schema).data == {
        "supplier": "Tannhof Werkzeuge GmbH",
        "invoice_no": "TW-2024-0815",
        "grand_total": 1190.0,
        "vat": 190.0,
        "subtotal": 1000.0,
    }


def test_a_nested_object_takes_its_name_from_the_field_it_is():
    schema = properties(vendor={"type": "object", "properties": {"name": {"type": "string"}}})
    assert read(*INVOICE, document_type="invoice", schema=schema).data == {"vendor": {"name": "Tannhof Werkzeuge GmbH"}}


def test_item_properties_are_renamed_too():
    row = {"type": "object", "properties": {"product": {}, "qty": {}, "line_total": {}}}
    schema = properties(items={"type": "array", "items": row})
    first = read(*INVOICE, document_type="invoice", schema=schema).data["items"][0]
    assert first == {"product": "Handsäge", "qty": 4.0, "line_total": 480.0}


def test_an_amount_asked_for_as_text_comes_as_text():
    schema = properties(total={"type": "string"})
    assert read(*INVOICE, document_type="invoice", schema=schema).data == {"total": "1190.00"}


def test_an_unknown_property_is_looked_up_by_its_words():
    schema = properties("cashier_name", "table_number")
    result = read(*RECEIPT, "Cashier Name: Odette", document_type="receipt", schema=schema)
    assert result.data == {"cashier_name": "Odette", "table_number": None}
    assert [warning.field for warning in result.warnings if warning.code == "missing_field"] == ["table_number"]


def test_a_property_that_takes_a_model_is_null_and_said_to_be_unsupported():
    schema = properties("total", is_urgent={"type": "boolean"})
    result = read(*INVOICE, document_type="invoice", schema=schema)
    assert result.data["is_urgent"] is None
    assert "unsupported_field" in codes(result)


def test_a_prompt_for_two_fields_leaves_the_others_out():
    result = read(*RECEIPT, document_type="receipt", prompt="Extract only the company and the total.")
    assert result.data == {"company": "ORCHARD LANE TRADING SDN BHD", "total": 20.6}


def test_a_prompt_may_ask_for_one_field_more():
    prompt = "Extract all fields. Also extract the cashier."
    result = read(*RECEIPT, "Cashier: Odette", document_type="receipt", prompt=prompt)
    assert (result.data["cashier"], result.data["total"]) == ("Odette", 20.6)


def test_a_prompt_may_leave_a_field_out():
    result = read(*RECEIPT, document_type="receipt", prompt="Extract everything without the line items.")
    assert "line_items" not in result.data
    assert result.data["total"] == 20.6


@pytest.mark.parametrize(
    "prompt",
    [
        "Translate the descriptions to Finnish.",
        "Extract all fields and translate the descriptions into German.",
        "Decide whether this is a business expense.",
    ],
)
def test_an_instruction_that_takes_a_model_is_listed_and_reviewed(prompt: str):
    result = read(*RECEIPT, document_type="receipt", prompt=prompt)
    assert "prompt_not_followed" in codes(result)
    assert result.needs_review


@pytest.mark.parametrize(
    "prompt",
    [
        "Extract all fields.",
        "Extract these fields from the invoice.",
        "Read this till receipt: the shop and its address, the date, the amounts and every item bought.",
        "Please extract the data. Return JSON. Use null if a value is missing.",
    ],
)
def test_a_plain_prompt_changes_nothing(prompt: str):
    result = read(*RECEIPT, document_type="receipt", prompt=prompt)
    assert result.data == read(*RECEIPT, document_type="receipt").data
    assert not result.needs_review


def test_a_schema_of_ones_own_is_kept_whole_when_the_prompt_names_some_of_it():
    schema = properties("vendor", "total")
    result = read(*INVOICE, document_type="invoice", prompt="Extract the total.", schema=schema)
    assert list(result.data) == ["vendor", "total"]


def test_the_names_of_a_list_are_read_one_a_line():
    wish = wish_of("Extract:\n- company name\n- total\n- payment method")
    assert wish.fields == ("company name", "total", "payment method")


def test_prompt_and_schema_name_the_version():
    versions = {prompt_version("a", {}), prompt_version("b", {}), prompt_version("a", {"type": "object"})}
    assert len(versions) == 3
