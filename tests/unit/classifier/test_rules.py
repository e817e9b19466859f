import json
from pathlib import Path

import pytest

from services.classifier.document_types import DocumentType
from services.classifier.rules import classify
from tests.makers import a_page, pages_of

# Documents of every type in several languages, as they would be recognised; a stroke ends a line.
DOCUMENTS: dict[str, list[str]] = json.loads(Path(__file__).with_name("invented_documents.json").read_bytes())
INVENTED = [(code, text) for code, texts in DOCUMENTS.items() for text in texts]
SURE = 0.6


@pytest.mark.parametrize(("code", "text"), INVENTED, ids=[f"{code}: {text[:30]}" for code, text in INVENTED])
def test_an_invented_document_gets_its_type_and_is_sure_of_it(code: str, text: str):
    found = classify(pages_of(a_page(*text.split("|"))))

    assert (found.document_type, found.confidence >= SURE) == (code, True), found


@pytest.mark.parametrize(("code", "text"), INVENTED[::3], ids=[code for code, _ in INVENTED[::3]])
def test_spaces_and_accents_that_ocr_drops_do_not_matter(code: str, text: str):
    lines = [line.replace(" ", "") for line in text.upper().split("|")]

    assert classify(pages_of(a_page(*lines, source="ocr"))).document_type == code


def test_the_reason_is_a_sentence_that_names_the_evidence():
    found = classify(pages_of(a_page("BANK STATEMENT", "Opening balance 3.00")))

    assert found.reason == "Bank statement, because it has “bank statement” and “opening balance”."


def test_a_document_without_known_wording_is_other_without_confidence():
    found = classify(pages_of(a_page("Lorem ipsum dolor", "sit amet")))

    assert (found.document_type, found.confidence) == ("other", 0.0)


def test_a_document_without_words_is_other():
    assert classify(pages_of(a_page())).document_type == "other"


def test_evidence_for_two_types_leaves_it_unsure():
    found = classify(pages_of(a_page("Please see the invoice", "and the cash receipt")))

    assert found.confidence < SURE


def test_a_short_wording_inside_a_longer_word_is_no_evidence():
    assert classify(pages_of(a_page("exchange of barcodes"))).confidence == 0.0


def test_a_till_receipt_that_calls_itself_a_tax_invoice_is_a_receipt():
    lines = ("TAX INVOICE", "Invoice No: 17", "03/03/2026 09:14", "Rice 3.20", "Tea 1.10", "Egg 1.00", "Nut 1.00")
    found = classify(pages_of(a_page(*lines, "TOTAL 6.30", "CASH 10.00", "CHANGE 3.70", "THANK YOU")))

    assert found.document_type == "receipt"


def test_a_tenants_own_type_is_found_by_its_keywords():
    own = DocumentType(code="waybill", title="Waybill", prompt="Read it.", json_schema={}, keywords={"air waybill": 5})

    found = classify(pages_of(a_page("AIR WAYBILL")), types=[own])

    assert (found.document_type, found.confidence >= SURE) == ("waybill", True)


def test_only_the_first_two_pages_and_the_last_are_read():
    filler = [a_page("nothing", number=number) for number in (1, 2, 3)]
    hidden = a_page("BANK STATEMENT", number=4)

    assert classify(pages_of(*filler, hidden, a_page("end", number=5))).document_type == "other"
