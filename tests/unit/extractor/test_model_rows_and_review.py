import pytest

from services.extractor.review import Review, review
from services.extractor.row_count import rows_by_page
from shared.results import FieldEvidence, JsonObject, Rows
from tests.makers import a_page, pages_of

SCHEMA: JsonObject = {
    "properties": {
        "vendor": {"type": ["string", "null"]},
        "total_amount": {"type": ["number", "null"]},
        "line_items": {"type": "array", "items": {"properties": {"amount": {"type": "number"}}}},
    },
    "required": ["vendor", "total_amount", "line_items"],
}
FOUND = FieldEvidence(confidence=0.95)
INVENTED = FieldEvidence(confidence=0.1, warnings=("ungrounded",))


@pytest.mark.parametrize(
    ("lines", "rows"),
    [
        (["Invoice 7", "Tea 1 2.00", "Cup 2 3.00", "Subtotal 5.00", "VAT 1.00", "Total 6.00", "Bank 9.00"], 2),
        (["Rechnung", "Papier 10,00", "Kleber 20,00", "Zwischensumme 30,00", "MwSt 5,70", "Gesamt 35,70"], 2),
        (["Tea 2.00", "with milk", "Cup 3.00", "blue, large", "TOTAL 5.00", "CASH 10.00", "CHANGE 5.00"], 2),
        (["Balance due 6.00", "Tea 1 2.00", "Cup 2 4.00", "Total 6.00"], 2),
        (["One thing 3 2.00 6.00", "Total 6.00"], 1),
        (["Total 6.00"], 0),
        (["Dear Sir", "the fee is 15.00 as agreed"], 0),
        ([], 0),
    ],
)
def test_table_rows_are_counted_without_sums(lines: list[str], rows: int):
    wide = [line[::-1].replace(" ", " " * (70 - len(line)), 1)[::-1] for line in lines]

    assert rows_by_page(pages_of(a_page(*wide))) == [rows]


def test_dated_rows_are_counted_on_every_page_and_balances_are_not():
    first = a_page("01.03.2026 Opening balance 9.00", *(f"0{day}.03.2026 Rent -{day}.00" for day in range(1, 8)))
    second = a_page("09.03.2026 Tax office -5.00", "10.03.2026 Closing balance 4.00", number=2)

    assert rows_by_page(pages_of(first, second)) == [7, 1]


def reviewed(data: JsonObject, fields: dict[str, FieldEvidence] | None = None, **changes: object) -> Review:
    values: JsonObject = {"schema": SCHEMA, "rows_expected": 0} | changes
    return review(data, fields or {}, **values)


def codes(found: Review) -> list[tuple[str, str | None]]:
    return [(warning.code, warning.field) for warning in found.warnings]


def test_a_result_that_is_supported_and_adds_up_needs_no_review():
    found = reviewed({"total_amount": 6.0}, {"total_amount": FOUND})

    assert (found.needs_review, found.warnings) == (False, ())


def test_an_unsupported_value_needs_review():
    found = reviewed({"total_amount": 6.0, "vendor": "Ada"}, {"vendor": INVENTED})

    assert (found.needs_review, codes(found)) == (True, [("ungrounded", "vendor")])


def test_unsupported_values_in_rows_give_one_warning():
    fields = {f"line_items[{number}].amount": INVENTED for number in range(50)}
    found = reviewed({"total_amount": 50.0, "line_items": [{"amount": 1.0}] * 50}, fields)

    assert codes(found) == [("ungrounded", "line_items[0].amount")]
    assert found.warnings[0].message.startswith("50 values")


@pytest.mark.parametrize(("extracted", "needs_review"), [(0, True), (2, True), (3, False), (4, False)])
def test_fewer_rows_than_counted_need_review(extracted: int, *, needs_review: bool):
    data = {"total_amount": float(extracted), "line_items": [{"amount": 1.0}] * extracted}
    found = reviewed(data, rows_expected=3)

    assert (found.rows, found.needs_review) == (Rows(expected=3, extracted=extracted), needs_review)


def test_no_rows_are_expected_of_a_schema_without_lists():
    schema = {"properties": {"total": {"type": "number"}}}

    assert reviewed({"total": 1.0}, schema=schema, rows_expected=30).rows == Rows()


def test_a_missing_total_and_a_missing_required_value_need_review():
    schema = {"properties": {"name": {"type": "string"}, "total": {"type": ["number", "null"]}}, "required": ["name"]}

    assert codes(reviewed({"name": None, "total": None}, schema=schema)) == [
        ("missing_field", "name"),
        ("missing_field", "total"),
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"net_amount": 10.0, "tax_amount": 1.9, "total_amount": 11.9}, []),
        ({"net_amount": 10.0, "tax_amount": 1.9, "total_amount": 12.9}, [("total_mismatch", "total_amount")]),
        ({"net_amount": 10.0, "tax_amount": 1.9, "total_amount": 10.0}, [("total_mismatch", "total_amount")]),
        ({"net_amount": None, "tax_amount": 1.9, "total_amount": 12.9}, []),
        ({"subtotal": 10.0, "tax": 0.6, "total": 10.6}, []),
        ({"subtotal": 10.0, "tax": 0.6, "total": 10.0}, []),
        ({"subtotal": 10.0, "tax": 0.6, "total": 11.0}, [("total_mismatch", "total")]),
    ],
)
def test_net_and_tax_must_make_the_total(data: JsonObject, expected: list[tuple[str, str]]):
    assert codes(reviewed(data, schema={})) == expected


@pytest.mark.parametrize(("closing", "right"), [(0.3, True), (0.4, False)])
def test_balances_and_transactions_must_agree_to_the_cent(closing: float, *, right: bool):
    rows = [{"amount": 0.1}, {"amount": 0.1}]
    data = {"total_amount": 1, "opening_balance": 0.1, "closing_balance": closing, "transactions": rows}

    assert (reviewed(data).warnings == ()) is right


def test_a_failed_rule_is_noted_on_its_field():
    data = {"net_amount": 10.0, "tax_amount": 1.9, "total_amount": 12.9}

    assert reviewed(data, {"total_amount": FOUND}).fields["total_amount"].warnings == ("total_mismatch",)


def test_a_value_that_parts_of_the_document_dispute_needs_review():
    assert codes(reviewed({"total_amount": 1.0}, disputed=["vendor"])) == [("conflicting_values", "vendor")]
