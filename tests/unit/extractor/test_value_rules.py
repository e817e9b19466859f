import pytest

from services.extractor.checks import CODES, checks, with_value_rules
from services.extractor.meanings import meaning_of
from shared.results import FieldEvidence, JsonObject
from tests.makers import a_result

ITEMS = [{"quantity": 2, "unit_price": 1.5, "amount": 3.0}, {"quantity": 1, "unit_price": 7.0, "amount": 7.0}]
RUN = [{"amount": 5.0, "balance": 15.0}, {"amount": -2.0, "balance": 13.0}, {"amount": 1.0, "balance": 14.0}]


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("total_amount", "total"),
        ("grandTotal", "total"),
        ("totalTax", "tax"),
        ("sub_total", "net"),
        ("netAmount", "net"),
        ("net_pay", None),
        ("vat_id", None),
        ("opening_balance", "opening"),
        ("balance", "balance"),
        ("unitPrice", "unit_price"),
        ("amount", "amount"),
        ("dueDate", "due"),
        ("amount_due", "amount"),
        ("period_start", "start"),
        ("invoice_date", "date"),
        ("currency_code", "currency"),
        ("customer", None),
    ],
)
def test_the_meaning_of_a_property_is_told_by_its_name(name: str, meaning: str | None):
    assert meaning_of(name) == meaning


@pytest.mark.parametrize(
    "data",
    [
        {"net_amount": 10.0, "tax_amount": 2.0, "total_amount": 12.0, "line_items": ITEMS},
        {"netto": 8.0, "vat": 2.0, "grandTotal": 10.0, "lines": ITEMS},
        {"total": 9.0, "discount": 1.0, "items": ITEMS},
        {"total": 9.99, "items": [{"amount": 3.33}] * 3},
        {"total": 50.0, "items": [{"amount": None}, {"amount": 3.0}]},
        {"opening_balance": 10.0, "closing_balance": 14.0, "transactions": RUN},
        {"opening_balance": 10.0, "closing_balance": 14.0, "transactions": RUN[::-1]},
        {"date": "2026-03-01", "due_date": "2026-03-31", "currency": "EUR"},
        {"due_date": "on receipt"},
        {"total": None, "net": 5.0, "tax": 1.0},
        {"birth_date": "1890-01-01"},
    ],
)
def test_a_result_that_agrees_with_itself_breaks_no_rule(data: JsonObject):
    assert list(checks(data, {})) == []


@pytest.mark.parametrize(
    ("data", "code", "field"),
    [
        ({"netto": 8.0, "vat": 2.0, "grandTotal": 11.0}, "total_mismatch", "grandTotal"),
        ({"total": 12.0, "items": ITEMS}, "items_mismatch", "total"),
        ({"items": [*ITEMS * 4, {"quantity": 3, "unit_price": 2.0, "amount": 5.0}]}, "row_mismatch", "items[8].amount"),
        ({"rows": [*RUN * 2, *RUN[1:] * 3]}, None, None),
        (
            {"rows": [*({"amount": 1.0, "balance": float(n)} for n in range(9)), {"amount": 5.0, "balance": 9.0}]},
            "balance_gap",
            "rows[9].balance",
        ),
        ({"invoice_date": "03.04.2026"}, "date_unreadable", "invoice_date"),
        ({"invoice_date": "2062-13-01"}, "date_unreadable", "invoice_date"),
        ({"invoice_date": "1026-03-01"}, "date_implausible", "invoice_date"),
        ({"date": "2026-03-31", "due_date": "2026-03-01"}, "dates_out_of_order", "due_date"),
        ({"period_start": "2026-04-01", "period_end": "2026-03-01"}, "dates_out_of_order", "period_end"),
        ({"currency": "EURO"}, "currency_unknown", "currency"),
    ],
)
def test_what_does_not_agree_is_told_on_its_field(data: JsonObject, code: str | None, field: str | None):
    found = [(warning.code, warning.field) for warning in checks(data, {})]

    assert found == ([(code, field)] if code else [])
    assert {code for code, _ in found} <= CODES


def test_a_local_result_is_held_to_the_same_rules_on_its_values():
    evidence = FieldEvidence(confidence=0.9)
    result = with_value_rules(a_result(data={"currency": "XXL"}, fields={"currency": evidence}))

    assert result.needs_review
    assert result.fields["currency"].warnings == ("currency_unknown",)
