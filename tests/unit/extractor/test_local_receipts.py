"""Receipts: the shop, its address, and the total among many amounts."""

import pytest

from services.extractor.local import read_fields
from tests.unit.extractor.local_documents import RECEIPT, Cells, codes, document_of, read


def test_a_receipt_is_read_whole():
    result = read(*RECEIPT, document_type="receipt")
    assert result.data == {
        "company": "ORCHARD LANE TRADING SDN BHD",
        "address": "NO 14, JALAN KENARI 3, 47100 PUCHONG, SELANGOR.",
        "date": "2024-11-17",
        "currency": "MYR",
        "subtotal": 19.42,
        "tax": 1.17,
        "total": 20.6,
        "line_items": [
            {"description": "Garden twine", "quantity": 2.0, "unit_price": 3.5, "amount": 7.0},
            {"description": "Clay pot 20cm", "quantity": 1.0, "unit_price": 12.42, "amount": 12.42},
        ],
    }


def test_a_sound_receipt_needs_no_review():
    result = read(*RECEIPT, document_type="receipt")
    assert (result.needs_review, result.provider, result.usage.input_tokens) == (False, "local", 0)


def test_every_value_cites_the_words_it_was_read_from():
    result = read(*RECEIPT, document_type="receipt")
    cited = result.fields["total"].citations[0]
    assert (cited.page, cited.text) == (1, "RM 20.60")
    assert 0 < cited.bbox[0] < cited.bbox[2] < 1


TOTALS: list[list[Cells]] = [
    [[(0.08, "Total"), (0.8, "21.20")], [(0.08, "Cash"), (0.8, "50.00")], [(0.08, "Change"), (0.8, "28.80")]],
    [[(0.08, "Subtotal"), (0.8, "20.00")], [(0.08, "GST 6%"), (0.8, "1.20")], [(0.08, "Amount due"), (0.8, "21.20")]],
    [[(0.08, "Total"), (0.8, "21.18")], [(0.08, "Rounding"), (0.8, "0.02")], [(0.08, "Total rounded"), (0.8, "21.20")]],
    [[(0.08, "Total saving"), (0.8, "99.00")], [(0.08, "Grand total"), (0.8, "21.20")]],
    [[(0.08, "TOTAL AMOUNT PAYABLE")], [(0.7, "RM 21.20")], [(0.08, "Visa"), (0.8, "21.20")]],
    [[(0.08, "Cash"), (0.8, "21.20")]],
    [[(0.08, "Jumlah"), (0.8, "21.20")], [(0.08, "Tunai"), (0.8, "30.00")], [(0.08, "Baki"), (0.8, "8.80")]],
]


@pytest.mark.parametrize("rows", TOTALS)
def test_the_total_is_told_from_cash_tax_rounding_and_savings(rows: list[Cells]):
    item: Cells = [(0.08, "Lunch set"), (0.8, "9.90")]
    assert read("FERN CORNER CAFE", "Date 02/03/2024", item, *rows, document_type="receipt").data["total"] == 21.2


def test_a_name_broken_behind_an_ampersand_is_joined():
    rows = ("BIRCH HOME HARDWARE &", "ELECTRICAL", "NO 3, JALAN MAWAR, 40150 SHAH ALAM")
    assert read(*rows, document_type="receipt").data["company"] == "BIRCH HOME HARDWARE & ELECTRICAL"


def test_a_legal_tail_takes_the_name_above_with_it():
    rows = ("MAPLE PAPER STATIONERY", "SDN BHD", "NO 3, JALAN MAWAR, 40150 SHAH ALAM")
    assert read(*rows, document_type="receipt").data["company"] == "MAPLE PAPER STATIONERY SDN BHD"


def test_one_misread_letter_is_mended_towards_a_known_word():
    data = read("ELM HARDWAKE SDN BHD", "NO 3, JAIAN MAWAR, 40150 SHAH ALAN", document_type="receipt").data
    assert (data["company"], data["address"]) == ("ELM HARDWARE SDN BHD", "NO 3, JALAN MAWAR, 40150 SHAH ALAM")


def test_the_customers_address_is_not_taken_for_the_shops():
    rows = (
        "ASH BAKERIES SDN BHD", "LOT 9, JALAN PINANG,", "41300 KLANG, SELANGOR", "TEL 03-5551 9000", "INVOICE NO 881",
        "WILLOW MARKET SDN BHD", "NO 77, JALAN CEMARA, TAMAN INDAH,", "43000 KAJANG, SELANGOR",
    )  # fmt: skip
    data = read(*rows, document_type="receipt").data
    assert (data["company"], data["address"]) == (
        "ASH BAKERIES SDN BHD",
        "LOT 9, JALAN PINANG, 41300 KLANG, SELANGOR",
    )


def test_what_a_receipt_does_not_say_is_null_and_marked():
    result = read("thank you", document_type="receipt")
    assert {name: value for name, value in result.data.items() if value} == {}
    assert "missing_field" in codes(result)
    assert result.needs_review


def test_badly_read_words_lower_the_confidence():
    schema = {"properties": {"total": {"type": "number"}}}
    clear, blurred = (
        read_fields(document_of(*RECEIPT, confidence=seen), document_type="receipt", prompt="", schema=schema)
        for seen in (0.999, 0.7)
    )
    assert blurred.fields["total"].confidence < clear.fields["total"].confidence - 0.2


def test_what_stands_above_the_change_is_cash_also_where_its_word_was_misread():
    rows: list[Cells] = [
        "ORCHARD LANE TRADING SDN BHD",
        [(0.08, "Item(s) : 3"), (0.6, "Qty(s) : 7")],
        [(0.08, "Total Incl, GST@6%"), (0.6, "RM 37.10")],
        [(0.08, "CAH"), (0.6, "RM 50.00")],
        [(0.08, "CHANGE"), (0.6, "RM 12.90")],
    ]
    assert read(*rows, document_type="receipt").data["total"] == 37.1
