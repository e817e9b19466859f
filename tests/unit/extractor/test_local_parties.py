"""Vendor and customer of invoices, as they are named on the page."""

from dataclasses import replace

from services.extractor.local import read_fields
from services.extractor.local.names import without_stated_form
from shared.pages import Page, Pages
from tests.unit.extractor.local_documents import Cells, document_of, page_of, read


def parties(*rows: Cells) -> tuple[str | None, str | None]:
    data = read(*rows, document_type="invoice").data
    return data["vendor"], data["customer"]


def with_first_row_larger(page: Page, times: float) -> Pages:
    top = page.words[0].y0
    words = [replace(word, y0=top - 0.012 * (times - 1)) if word.y0 == top else word for word in page.words]
    return Pages(pages=(page.model_copy(update={"words": tuple(words)}),))


FOOTED: list[Cells] = [
    "Tallow Networks Invoice",
    "Invoice number 8871",
    "Summary of what you used",
    [(0.1, "Total"), (0.8, "$ 12.00")],
    *[""] * 38,
    "Sold by Tallow Networks, Inc., www.tallow.example",
]


def test_a_name_is_given_as_the_heading_shows_it_large():
    pages = with_first_row_larger(page_of(*FOOTED), 1.6)
    assert read_fields(pages, document_type="invoice", prompt="", schema={}).data["vendor"] == "Tallow Networks"


def test_a_heading_no_larger_than_the_rest_leaves_the_legal_name():
    assert read_fields(document_of(*FOOTED), document_type="invoice", prompt="", schema={}).data["vendor"] == (
        "Tallow Networks, Inc"
    )


def test_a_name_announced_above_the_small_print_keeps_its_form():
    rows: list[Cells] = [
        "Atelier Rousseau",
        "",
        "Émetteur",
        "Atelier Rousseau SARL",
        "8, montée des Potiers",
        "44000 Nantes",
        "Facture n° 4471",
        "Atelier Rousseau SARL au capital de 12 000 €",
    ]
    pages = with_first_row_larger(page_of(*rows), 1.6)
    assert read_fields(pages, document_type="invoice", prompt="", schema={}).data["vendor"] == "Atelier Rousseau SARL"


def test_a_french_form_stated_with_the_capital_is_no_part_of_the_name():
    notice = "Moulin Rousseau SAS au capital de 40 000 € - RCS Nantes 512 330 118"
    assert without_stated_form("Moulin Rousseau SAS", notice) == "Moulin Rousseau"
    assert without_stated_form("Moulin Rousseau S.A.S.", notice) == "Moulin Rousseau"
    assert without_stated_form("Moulin Rousseau SARL", notice) == "Moulin Rousseau SARL"
    assert without_stated_form("Rousseau SAS", "Rousseau SAS - 44000 Nantes") == "Rousseau SAS"


def test_a_person_for_whose_attention_it_is_does_not_replace_the_company():
    found = parties(
        [(0.6, "Cobble Lane Joinery Ltd")],
        [(0.6, "3 Mill Lane, York YO1 7HH")],
        "",
        "Harrow Theatre Trust",
        "Attn: Colin Mayhew",
        "12 Orchard Row",
        "Leeds LS1 4AP",
        "",
        "Invoice 4471",
    )
    assert found == ("Cobble Lane Joinery Ltd", "Harrow Theatre Trust")


def test_whoever_is_named_after_the_attention_label_alone_is_the_customer():
    assert parties("Bill to address:", "ATTN: Harrow Theatre Trust", "12 Orchard Row", "Leeds LS1 4AP")[1] == (
        "Harrow Theatre Trust"
    )


def test_a_label_beside_a_block_names_its_first_row_and_not_what_follows_below():
    found = parties(
        [(0.08, "Customer"), (0.3, "Harrow Theatre Trust")],
        [(0.3, "12 Orchard Row")],
        [(0.3, "Leeds LS1 4AP")],
        "",
        [(0.08, "Our reference"), (0.3, "4471")],
    )
    assert found[1] == "Harrow Theatre Trust"


def test_a_row_with_a_reference_number_is_no_name():
    assert parties("Our invoice RE06421", "Date 29 Jul 2024", "Your order 67105")[1] is None
