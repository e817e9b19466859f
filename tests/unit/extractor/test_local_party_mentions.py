"""Who issued an invoice, where only a sentence, an account or an address of theirs tells."""

import pytest

from services.extractor.local import read_fields
from services.extractor.local.party_names import is_name
from shared.pages import Pages, Word
from tests.unit.extractor.local_documents import Cells, page_of, read

LETTER: list[Cells] = [
    [(0.7, "Invoice 4711")],
    "",
    "Hollowell Primary School",
    "14 Quarry Lane",
    "Leeds LS2 9JT",
    "",
    [(0.1, "Total"), (0.8, "GBP 12.00")],
    *[""] * 30,
]


def parties(*foot: Cells) -> tuple[str | None, str | None]:
    data = read(*LETTER, *foot, document_type="invoice").data
    return data["vendor"], data["customer"]


@pytest.mark.parametrize(
    ("foot", "vendor"),
    [
        ("Quince & Oak. Registered in England No. 04417820. Registered office: 3 Mill Road, York", "Quince & Oak"),
        ("Please make cheques payable to Quince & Oak", "Quince & Oak"),
        ("Account name: Quince & Oak", "Quince & Oak"),
        ("Thank you for choosing Quince & Oak!", "Quince & Oak"),
        ("Your order was packed with care by quince & oak, www.quinceoak.example", "quince & oak"),
        ("Quince & Oak is registered for VAT, number 417 2290 11", "Quince & Oak"),
        ("Delivered with thanks by Quince Oak Ltd", "Quince Oak Ltd"),
    ],
)
def test_a_sentence_at_the_foot_names_the_vendor(foot: str, vendor: str):
    assert parties(foot) == (vendor, "Hollowell Primary School")


def test_a_letter_is_signed_by_the_vendor():
    assert parties("With kind regards", "Quince & Oak") == ("Quince & Oak", "Hollowell Primary School")


def test_a_table_of_payment_data_names_the_vendor_in_the_next_cell():
    foot: list[Cells] = [
        [(0.1, "Recipient"), (0.4, "Quince & Oak")],
        [(0.1, "IBAN"), (0.4, "GB33 BUKB 2020 1555 5555 55")],
    ]
    assert parties(*foot) == ("Quince & Oak", "Hollowell Primary School")


def test_a_tax_word_without_a_number_registers_nobody():
    assert parties("All prices include VAT") == (None, "Hollowell Primary School")


def test_the_only_address_stays_the_customers_when_nothing_names_the_vendor():
    assert parties() == (None, "Hollowell Primary School")


def test_details_of_a_role_are_a_heading_over_its_name():
    rows: list[Cells] = [
        [(0.1, "Details of the seller"), (0.6, "Customer details")],
        [(0.1, "Quince & Oak"), (0.6, "Hollowell Primary School")],
        [(0.1, "Total"), (0.8, "GBP 12.00")],
    ]
    data = read(*rows, document_type="invoice").data
    assert (data["vendor"], data["customer"]) == ("Quince & Oak", "Hollowell Primary School")


def with_logo(logo: str, *foot: Cells) -> str | None:
    """The vendor of a letter with a picture on top, read by OCR."""
    page = page_of(*LETTER, *foot)
    read_there = Word(text=logo, x0=0.1, y0=0.01, x1=0.4, y1=0.03, confidence=0.99)
    pages = Pages(pages=(page.model_copy(update={"words": (read_there, *page.words)}),))
    vendor: str | None = read_fields(pages, document_type="invoice", prompt="", schema={}).data["vendor"]
    return vendor


def test_a_logo_names_the_vendor_where_nothing_else_does():
    assert with_logo("QUINCE & OAK") == "QUINCE & OAK"


def test_a_logo_is_a_brand_where_the_account_has_a_name():
    assert with_logo("Fresh Fruit Daily", "Account name: Quince & Oak Ltd") == "Quince & Oak Ltd"


@pytest.mark.parametrize("text", ["Heather Bank Garage", "3F Solutions", "Grundschule Nr. 3"])
def test_names_may_hold_a_number_or_an_everyday_word(text: str):
    assert is_name(text)


@pytest.mark.parametrize(
    "text", ["Bank details below", "Unit 7 Harefield Estate", "12 Oak Street", "Code client", "Name"]
)
def test_addresses_and_labels_are_no_names(text: str):
    assert not is_name(text)
