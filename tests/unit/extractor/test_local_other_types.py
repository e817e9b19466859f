"""Statements, orders, payslips and forms: simpler, but never invented."""

from services.extractor.local import read_fields
from shared.pages import Page, Pages
from tests.unit.extractor.local_documents import Cells, codes, properties, read

STATEMENT: tuple[Cells, ...] = (
    [(0.08, "Account holder"), (0.5, "Account number")],
    [(0.08, "Perpetua Oakes"), (0.5, "CH00 0999 9000 0417 2208 1")],
    "Statement 01.04.2026 to 30.04.2026",
    [(0.3, "Opening balance"), (0.82, "1'000.00")],
    [(0.08, "Date"), (0.25, "Description"), (0.6, "Amount"), (0.82, "Balance")],
    [(0.08, "02.04.2026"), (0.25, "Rent Mill Lane 5"), (0.6, "-400.00"), (0.82, "600.00")],
    [(0.08, "25.04.2026"), (0.25, "Salary"), (0.6, "900.00"), (0.82, "1'500.00")],
    [(0.3, "Closing balance"), (0.82, "1'500.00")],
)


def test_a_bank_statement_is_read_with_its_transactions():
    assert read(*STATEMENT, document_type="bank_statement").data == {
        "account_holder": "Perpetua Oakes",
        "account_number": "CH00 0999 9000 0417 2208 1",
        "period_start": "2026-04-01",
        "period_end": "2026-04-30",
        "opening_balance": 1000.0,
        "closing_balance": 1500.0,
        "transactions": [
            {"date": "2026-04-02", "description": "Rent Mill Lane 5", "amount": -400.0, "balance": 600.0},
            {"date": "2026-04-25", "description": "Salary", "amount": 900.0, "balance": 1500.0},
        ],
    }


def test_an_unsigned_payment_is_negative_when_the_balance_falls():
    rows: list[Cells] = [
        [(0.08, "02.04.2026"), (0.25, "Salary"), (0.6, "900.00"), (0.82, "1,900.00")],
        [(0.08, "03.04.2026"), (0.25, "Rent"), (0.6, "400.00"), (0.82, "1,500.00")],
    ]
    transactions = read(*rows, document_type="bank_statement").data["transactions"]
    assert [row["amount"] for row in transactions] == [900.0, -400.0]


def test_a_column_of_debits_makes_amounts_negative():
    rows: list[Cells] = [
        [(0.08, "Date"), (0.25, "Description"), (0.5, "Debit"), (0.65, "Credit"), (0.82, "Balance")],
        [(0.08, "02.04.2026"), (0.25, "Rent"), (0.5, "400.00"), (0.82, "600.00")],
        [(0.08, "03.04.2026"), (0.25, "Salary"), (0.65, "900.00"), (0.82, "1,500.00")],
    ]
    transactions = read(*rows, document_type="bank_statement").data["transactions"]
    assert [row["amount"] for row in transactions] == [-400.0, 900.0]


def test_a_purchase_order_takes_the_date_of_the_order():
    rows: list[Cells] = [
        [(0.08, "Order number"), (0.35, "Order date"), (0.6, "Deliver by")],
        [(0.08, "PO-3301"), (0.35, "2026-10-01"), (0.6, "2026-11-16")],
        [(0.08, "Buyer"), (0.5, "Supplier")],
        [(0.08, "Hotel Heron"), (0.5, "Alder Beds Ltd")],
    ]
    data = read(*rows, document_type="purchase_order").data
    assert [data[name] for name in ("order_number", "date", "buyer", "supplier")] == [
        "PO-3301", "2026-10-01", "Hotel Heron", "Alder Beds Ltd",
    ]  # fmt: skip


def test_values_stand_under_their_labels_in_a_form():
    rows: list[Cells] = [
        [(0.1, "Surname"), (0.5, "Date of birth")],
        [(0.1, "Nightjar"), (0.5, "23 May 1994")],
    ]
    schema = properties("surname", "shoe_size", birth_date={"type": "string", "format": "date"})
    data = read(*rows, document_type="identity_document", schema=schema).data
    assert data == {"surname": "Nightjar", "shoe_size": None, "birth_date": "1994-05-23"}


def test_gross_and_net_pay_are_told_from_deductions_beside_them():
    rows: list[Cells] = [
        [(0.08, "Gross pay"), (0.3, "4,328.75"), (0.55, "Total deductions"), (0.82, "1,193.01")],
        [(0.08, "Net pay"), (0.3, "£3,135.74")],
    ]
    data = read(*rows, document_type="payslip").data
    assert (data["gross_pay"], data["net_pay"], data["currency"]) == (4328.75, 3135.74, "GBP")


def test_an_unread_page_gives_nulls_for_review():
    blank = Pages(pages=(Page(number=1, width=600, height=850, source="none"),))
    result = read_fields(blank, document_type="invoice", prompt="", schema={})
    assert {name: value for name, value in result.data.items() if value} == {}
    assert result.needs_review
    assert codes(result) == {"missing_field"}
