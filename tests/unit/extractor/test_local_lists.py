"""Lists outside invoices and statements: rows under any heading that names what a schema asks for."""

from typing import Any

import pytest

from services.extractor.local import read_fields
from shared.pages import Pages
from shared.results import JsonObject
from tests.unit.extractor.local_documents import Cells, page_of, properties, read

TEXT = {"type": ["string", "null"]}
NUMBER = {"type": ["number", "null"]}
PAYSLIP: tuple[Cells, ...] = (
    [(0.08, "Bezüge"), (0.4, "Betrag"), (0.55, "Abzüge"), (0.85, "Betrag")],
    [(0.08, "Grundgehalt"), (0.4, "3.100,00"), (0.55, "Lohnsteuer"), (0.85, "412,50")],
    [(0.08, "Prämie"), (0.4, "150,00"), (0.55, "Rentenversicherung"), (0.85, "302,25")],
    [(0.08, "Gesamtbrutto"), (0.4, "3.250,00"), (0.55, "Summe Abzüge"), (0.85, "714,75")],
)
HOURS: tuple[Cells, ...] = (
    [(0.08, "Datum"), (0.25, "Werkzaamheden"), (0.6, "Van"), (0.7, "Tot"), (0.85, "Uren")],
    [(0.08, "02-03-2026"), (0.25, "Bezoek locatie"), (0.6, "08:00"), (0.7, "12:30"), (0.85, "4:30")],
    [(0.08, "03-03-2026"), (0.25, "Werkplaats"), (0.6, "09:00"), (0.7, "17:00"), (0.85, "8:00")],
    [(0.08, "Totaal"), (0.85, "12:30")],
)


def list_of(name: str, **columns: JsonObject) -> JsonObject:
    return properties(**{name: {"type": "array", "items": {"type": "object", "properties": columns}}})


def rows(name: str, *cells: Cells, **columns: JsonObject) -> list[dict[str, Any]]:
    found = read(*cells, document_type="other", schema=list_of(name, **columns)).data[name]
    assert isinstance(found, list)
    return found


def test_deductions_are_read_from_the_table_that_is_titled_so_and_not_its_neighbour():
    assert rows("deductions", *PAYSLIP, description=TEXT, amount=NUMBER) == [
        {"description": "Lohnsteuer", "amount": 412.5},
        {"description": "Rentenversicherung", "amount": 302.25},
    ]


def test_the_neighbour_is_read_when_it_is_asked_for():
    found = rows("earnings", *PAYSLIP, description=TEXT, amount=NUMBER)
    assert [row["description"] for row in found] == ["Grundgehalt", "Prämie"]


def test_columns_are_found_in_the_language_of_the_page():
    day = {"type": "string", "format": "date"}
    assert rows("entries", *HOURS, date=day, task=TEXT, start=TEXT, end=TEXT, hours=NUMBER)[0] == {
        "date": "2026-03-02", "task": "Bezoek locatie", "start": "08:00", "end": "12:30", "hours": 4.5,
    }  # fmt: skip


def test_the_sum_below_a_list_is_no_row():
    assert len(rows("entries", *HOURS, task=TEXT, hours=NUMBER)) == 2


def test_a_column_is_found_by_the_propertys_own_words():
    cells: tuple[Cells, ...] = (
        [(0.08, "Serial"), (0.4, "Shelf life (months)")],
        [(0.08, "K-118"), (0.4, "18")],
        [(0.08, "K-119"), (0.4, "24")],
    )
    found = rows("batteries", *cells, serial=TEXT, shelf_life_months=NUMBER)
    assert found == [{"serial": "K-118", "shelf_life_months": 18.0}, {"serial": "K-119", "shelf_life_months": 24.0}]


def test_a_currency_in_a_heading_does_not_hide_its_name():
    cells: tuple[Cells, ...] = (
        [(0.08, "Item"), (0.5, "Unit price SEK"), (0.8, "Amount (SEK)")],
        [(0.08, "Lamp"), (0.5, "640,50"), (0.8, "1 281,00")],
    )
    assert rows("goods", *cells, item=TEXT, price_each=NUMBER, sum=NUMBER) == [
        {"item": "Lamp", "price_each": 640.5, "sum": 1281.0}
    ]


def test_a_property_that_no_heading_names_is_null_and_said():
    result = read(*HOURS, document_type="other", schema=list_of("entries", task=TEXT, hours=NUMBER, colour=TEXT))
    assert {row["colour"] for row in result.data["entries"]} == {None}
    assert [warning.field for warning in result.warnings] == ["entries[].colour"]


def test_a_list_without_any_heading_is_empty_and_said():
    result = read("Dear Sir", document_type="letter", schema=list_of("visits", task=TEXT, hours=NUMBER))
    assert result.data["visits"] == []
    assert [warning.field for warning in result.warnings] == ["visits"]


def test_a_text_that_goes_on_below_belongs_to_its_row():
    cells: tuple[Cells, ...] = (
        [(0.08, "Task"), (0.6, "Hours")],
        [(0.08, "Repairing the"), (0.6, "3")],
        [(0.08, "northern gate")],
        [(0.08, "Painting"), (0.6, "2")],
    )
    assert [row["task"] for row in rows("entries", *cells, task=TEXT, hours=NUMBER)] == [
        "Repairing the northern gate",
        "Painting",
    ]


def test_a_list_goes_on_where_its_heading_comes_again():
    first = page_of(*HOURS[:2], number=1)
    second = page_of("Page 2", HOURS[0], HOURS[2], number=2)
    schema = list_of("entries", task=TEXT, hours=NUMBER)
    result = read_fields(Pages(pages=(first, second)), document_type="other", prompt="", schema=schema)
    assert [row["task"] for row in result.data["entries"]] == ["Bezoek locatie", "Werkplaats"]
    assert (result.rows.expected, result.rows.extracted) == (2, 2)


@pytest.mark.parametrize("column", ["deductions[0].description", "deductions[1].amount"])
def test_every_cell_says_where_it_was_read(column: str):
    schema = list_of("deductions", description=TEXT, amount=NUMBER)
    result = read(*PAYSLIP, document_type="payslip", schema=schema)
    assert result.fields[column].citations[0].page == 1
