"""Invoices and credit notes: both parties, numbers, dates, amounts and rows."""

import pytest

from services.extractor.local import read_fields
from shared.pages import Pages
from tests.unit.extractor.local_documents import INVOICE, Cells, codes, page_of, read


def test_an_invoice_is_read_whole():
    result = read(*INVOICE, document_type="invoice")
    assert result.data == {
        "vendor": "Tannhof Werkzeuge GmbH",
        "customer": "Kornelia Wachter KG",
        "invoice_number": "TW-2024-0815",
        "date": "2024-12-03",
        "due_date": "2024-12-17",
        "currency": "EUR",
        "net_amount": 1000.0,
        "tax_amount": 190.0,
        "total_amount": 1190.0,
        "line_items": [
            {"description": "Handsäge", "quantity": 4.0, "unit_price": 120.0, "amount": 480.0},
            {"description": "Feilensatz", "quantity": 10.0, "unit_price": 52.0, "amount": 520.0},
        ],
    }
    assert not result.needs_review


def test_labelled_parties_win_over_places_on_the_page():
    rows: list[Cells] = [
        "Invoice INV-7701",
        [(0.08, "Bill to:"), (0.55, "Seller:")],
        [(0.08, "Quillfeather Books"), (0.55, "Saltgrass Print Ltd")],
        [(0.08, "12 Orchard Row"), (0.55, "3 Mill Lane")],
        [(0.08, "Leeds LS1 4AP"), (0.55, "York YO1 7HH")],
        [(0.08, "Total due"), (0.8, "£ 88.00")],
    ]
    data = read(*rows, document_type="invoice").data
    assert (data["vendor"], data["customer"]) == ("Saltgrass Print Ltd", "Quillfeather Books")


def test_the_amounts_of_a_credit_note_stay_negative():
    rows: list[Cells] = [
        "Gutschrift Nr. G-5512",
        "Datum 09.09.2024",
        [(0.1, "Nettobetrag"), (0.8, "-100,00 €")],
        [(0.1, "19% MwSt."), (0.8, "-19,00 €")],
        [(0.1, "Gesamtbetrag"), (0.8, "-119,00 €")],
    ]
    data = read(*rows, document_type="invoice").data
    assert [data[name] for name in ("net_amount", "tax_amount", "total_amount")] == [-100.0, -19.0, -119.0]


def test_taxes_of_two_rates_are_added_up_when_the_sum_confirms_them():
    rows: list[Cells] = [
        "Rechnung Nr. 4711",
        [(0.1, "Nettobetrag"), (0.8, "300,00 €")],
        [(0.1, "MwSt. 7%"), (0.8, "7,00 €")],
        [(0.1, "MwSt. 19%"), (0.8, "38,00 €")],
        [(0.1, "Gesamtbetrag"), (0.8, "345,00 €")],
    ]
    assert read(*rows, document_type="invoice").data["tax_amount"] == 45.0


def test_sums_that_do_not_add_up_are_flagged_and_reviewed():
    rows: list[Cells] = [
        "Invoice No. 4711",
        [(0.1, "Net amount"), (0.8, "300.00")],
        [(0.1, "VAT total"), (0.8, "60.00")],
        [(0.1, "Grand total"), (0.8, "370.00")],
    ]
    result = read(*rows, document_type="invoice")
    assert "total_mismatch" in codes(result)
    assert result.needs_review


def test_rows_that_do_not_add_up_are_flagged_and_reviewed():
    result = read(*INVOICE[:-4], *INVOICE[-3:], document_type="invoice")
    assert "items_mismatch" in codes(result)
    assert result.needs_review


def test_month_first_dates_are_recognised_by_another_date_of_the_document():
    data = read("Invoice No. 4711", "Invoice date: 03/04/2023", "Due date: 03/20/2023", document_type="invoice").data
    assert (data["date"], data["due_date"]) == ("2023-03-04", "2023-03-20")


def test_delivery_and_order_dates_are_not_the_date_of_the_invoice():
    rows = ("Order date: 01.02.2024", "Delivery date: 05.02.2024", "Invoice date: 07.02.2024")
    assert read(*rows, document_type="invoice").data["date"] == "2024-02-07"


def test_a_number_below_its_label_is_found_by_its_column():
    rows: list[Cells] = [
        [(0.08, "Customer no."), (0.4, "Invoice no."), (0.7, "Date")],
        [(0.08, "C-100234"), (0.4, "R-558812"), (0.7, "07.02.2024")],
    ]
    assert read(*rows, document_type="invoice").data["invoice_number"] == "R-558812"


@pytest.mark.volume
def test_rows_over_many_pages_come_back_complete():
    header: Cells = [(0.08, "Description"), (0.5, "Qty"), (0.65, "Unit price"), (0.85, "Amount")]
    item: Cells = [(0.08, "Cedar plank"), (0.5, "2"), (0.66, "4.50"), (0.85, "9.00")]
    sheets = [page_of(header, *[item] * 40, number=number) for number in range(1, 11)]
    result = read_fields(Pages(pages=tuple(sheets)), document_type="invoice", prompt="", schema={})
    assert (result.rows.expected, result.rows.extracted, len(result.data["line_items"])) == (400, 400, 400)


@pytest.mark.volume
def test_a_total_in_the_middle_does_not_cut_off_the_rows_behind_it():
    header: Cells = [(0.08, "Description"), (0.5, "Qty"), (0.65, "Unit price"), (0.85, "Amount")]
    item: Cells = [(0.08, "Cedar plank"), (0.5, "2"), (0.66, "4.50"), (0.85, "9.00")]
    paid: Cells = [(0.08, "Card payment total"), (0.85, "999.00")]
    sheets = [page_of(header, *[item] * 30, number=number) for number in (1, 3)]
    sheets.insert(1, page_of(paid, header, *[item] * 30, number=2))
    result = read_fields(Pages(pages=tuple(sheets)), document_type="invoice", prompt="", schema={})
    assert result.rows.extracted >= 90


def test_sums_under_headings_of_several_words_are_told_apart():
    rows: list[Cells] = [
        "Rechnung Nr. 4711",
        [(0.1, "Summe netto"), (0.4, "USt. 19 %"), (0.7, "Zu zahlen")],
        [(0.13, "2,38 €"), (0.43, "0,45 €"), (0.74, "2,83 €")],
    ]
    data = read(*rows, document_type="invoice").data
    assert [data[name] for name in ("net_amount", "tax_amount", "total_amount")] == [2.38, 0.45, 2.83]


def test_a_number_printed_in_groups_is_read_whole():
    rows: list[Cells] = [[(0.1, "Rechnungsnummer"), (0.4, "500 339 118 24")]]
    assert read(*rows, document_type="invoice").data["invoice_number"] == "500 339 118 24"
