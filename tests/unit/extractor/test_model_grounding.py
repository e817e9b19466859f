import pytest

from services.extractor.grounding import ground
from shared.pages import Page, Word
from tests.makers import a_page, pages_of


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("Total 1.234,56 EUR", 1234.56),
        ("Total 1,234.56", 1234.56),
        ("Total 1 234,56", 1234.56),
        ("Total 1'234.56", 1234.56),
        ("TOTAL:RM1234.56", 1234.56),
        ("Total 160 .00", 160.0),
        ("Total 12,5", 12.5),
        ("Total 5.000", 5000),
        ("Total 5.000", 5),
        ("Paid out 12.00-", -12.0),
        ("Net 0.10", 0.1),
    ],
)
def test_an_amount_is_found_however_it_is_printed(printed: str, value: float):
    assert ground({"x": value}, pages_of(a_page(printed)))["x"].confidence >= 0.9


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("03.04.2026", "2026-04-03"),
        ("04/03/2026", "2026-04-03"),
        ("2026-04-03", "2026-04-03"),
        ("20260403", "2026-04-03"),
        ("3.4.26", "2026-04-03"),
        ("3 April 2026", "2026-04-03"),
        ("April 3rd, 2026", "2026-04-03"),
        ("3. März 2026", "2026-03-03"),
        ("3 février 2026", "2026-02-03"),
        ("3 de enero de 2026", "2026-01-03"),
        ("03-Ogos-2026", "2026-08-03"),
        ("3 juillet 2026", "2026-07-03"),
        ("Abrechnung März 2026", "2026-03"),
    ],
)
def test_a_date_is_found_however_it_is_printed(printed: str, value: str):
    assert ground({"x": value}, pages_of(a_page("On " + printed)))["x"].confidence >= 0.9


def test_a_day_without_a_year_counts_less():
    found = ground({"x": "2026-03-04"}, pages_of(a_page("Statement 2026", "04.03. Rent")))["x"]

    assert 0.5 < found.confidence < 0.9


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        (["Northwind Paper Ltd"], "Northwind Paper Ltd"),
        (["NORTHWINDPAPERLTD"], "Northwind Paper Ltd"),
        (["Müller & Söhne"], "Muller & Sohne"),
        (["Northwind", "Paper Ltd"], "Northwind Paper Ltd"),
        (["Northwind Dear Sir,", "Paper Ltd thank you"], "Northwind Paper Ltd"),
        (["N0rthwind Paper Ltd"], "Northwind Paper Ltd"),
        (["北風紙業"], "北風紙業"),
        (["Total € 5.00"], "EUR"),
        (["Total RM5.00"], "MYR"),
    ],
)
def test_a_text_is_found_despite_ocr_and_line_breaks(printed: list[str], value: str):
    found = ground({"x": value}, pages_of(a_page(*printed)))["x"]

    assert found.warnings == ()
    assert found.citations


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("Total 1.234,56", 1234.57),
        ("Total 1.234,56", 234.56),
        ("03.04.2026", "2026-05-03"),
        ("Northwind Paper Ltd", "Southwind Steel Inc"),
        ("Invoice 2026-117", "2026-118"),
        ("BARCODE", "bar"),
        ("", "anything"),
    ],
)
def test_a_value_that_is_not_there_is_ungrounded(printed: str, value: str | float):
    found = ground({"x": value}, pages_of(a_page(printed)))["x"]

    assert (found.warnings, found.citations) == (("ungrounded",), ())
    assert found.confidence <= 0.2


def test_a_misread_letter_is_forgiven_with_less_confidence():
    found = ground({"x": "Northwind Paper Limited"}, pages_of(a_page("Nortnwind Paper Limited")))["x"]

    assert found.citations[0].text == "Nortnwind Paper Limited"
    assert 0.5 < found.confidence < 0.9


def test_a_misread_digit_is_not():
    assert ground({"x": "Account 1234567890"}, pages_of(a_page("Account 1234567891")))["x"].warnings == ("ungrounded",)


def test_the_confidence_of_recognition_lowers_that_of_the_value():
    page = Page(
        number=1,
        width=100,
        height=100,
        source="ocr",
        words=(Word(text="Northwind", x0=0.1, y0=0.1, x1=0.5, y1=0.2, confidence=0.8),),
    )

    assert ground({"x": "Northwind"}, pages_of(page))["x"].confidence == pytest.approx(0.784)


def test_the_citation_has_page_text_and_box_of_just_the_value():
    page = Page(
        number=1,
        width=100,
        height=100,
        source="ocr",
        words=(Word(text="TOTAL:RM12.50", x0=0.1, y0=0.1, x1=0.6, y1=0.2, confidence=1.0),),
    )
    citation = ground({"x": 12.5}, pages_of(a_page("cover"), page.model_copy(update={"number": 2})))["x"].citations[0]

    assert (citation.page, citation.text) == (2, "12.50")
    assert citation.bbox[0] > 0.4
    assert citation.bbox[1:] == (0.1, 0.6, 0.2)


def test_null_and_empty_values_have_no_evidence_and_yes_or_no_cannot_be_checked():
    found = ground({"a": None, "b": "", "c": True, "d": []}, pages_of(a_page("x")))

    assert {path: evidence.warnings for path, evidence in found.items()} == {"c": ("unchecked",)}


def test_paths_name_objects_and_rows():
    data = {"buyer": {"name": "Ada"}, "rows": [{"amount": 1.5}], "parties": ["Bob"]}

    assert set(ground(data, pages_of(a_page("Ada Bob", "tea 1.50")))) == {"buyer.name", "rows[0].amount", "parties[0]"}


def test_a_rows_values_are_cited_from_its_own_row():
    rows = [{"name": "Tea", "price": 2.0}, {"name": "Cake", "price": 2.0}]
    found = ground({"rows": rows}, pages_of(a_page("Sum 2.00", "Tea 2.00", "Cake 2.00")))

    tops = [found[f"rows[{number}].price"].citations[0].bbox[1] for number in (0, 1)]
    assert tops == pytest.approx([0.07, 0.09])


def test_equal_rows_are_cited_from_different_places():
    found = ground({"rows": [{"name": "Tea", "price": 2.0}] * 2}, pages_of(a_page("Tea 2.00", "Tea 2.00")))

    assert found["rows[0].name"].citations[0].bbox != found["rows[1].name"].citations[0].bbox


def test_a_row_more_than_the_pages_have_is_ungrounded():
    found = ground({"rows": [{"name": "Tea", "price": 2.0}] * 3}, pages_of(a_page("Tea 2.00", "Tea 2.00")))

    assert [path for path, evidence in found.items() if evidence.warnings] == ["rows[2].name", "rows[2].price"]


def test_a_text_repeated_more_often_than_printed_is_ungrounded():
    found = ground({"parties": ["Ada Ltd", "Bob Ltd", "Ada Ltd"]}, pages_of(a_page("Ada Ltd and", "Bob Ltd")))

    assert [path for path, evidence in found.items() if evidence.warnings] == ["parties[2]"]


def test_an_amount_from_another_row_is_trusted_less():
    lines = ["Tea 2.00", "a", "b", "c", "d", "Cake 7.00"]
    found = ground(
        {"rows": [{"name": "Green Tea Tea", "price": 7.0}, {"name": "Tea", "price": 7.0}]}, pages_of(a_page(*lines))
    )

    assert found["rows[1].price"].confidence < 0.7
