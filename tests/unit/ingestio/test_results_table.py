"""The table of results: the fields people look for first, and errors where the fields would be."""

import io
from uuid import uuid4

import pytest
from rich.console import Console

from ingestio.answers import Document, DocumentResult
from ingestio.results_table import cells_of, main_fields, results_table
from shared.errors import Category, DocumentError, Stage
from tests.makers import a_result


@pytest.mark.parametrize(
    ("data", "cells"),
    [
        (
            {"vendor": "Ada", "date": "2026-03-14", "total_amount": 1200.5, "currency": "EUR"},
            ("Ada", "2026-03-14", "1,200.50 EUR"),
        ),
        ({"company": "Shop", "total": "80.90"}, ("Shop", "", "80.90")),
        ({"vendor": None, "customer": "Bob", "total_amount": 0}, ("Bob", "", "0.00")),
        ({"weight": 3}, ("", "", "")),
    ],
)
def test_who_when_and_how_much_are_found_whatever_the_schema_calls_them(
    data: dict[str, object], cells: tuple[str, ...]
):
    assert main_fields(data) == cells


def test_a_failed_document_shows_its_error_and_the_advice_below_the_table():
    error = DocumentError.of(Category.ENCRYPTED, Stage.INTAKE, "It needs a password.")
    documents = [
        Document(id=uuid4(), file_name="good.pdf", status="completed"),
        Document(id=uuid4(), file_name="bad.pdf", status="failed", error=error),
    ]
    console = Console(width=120, file=io.StringIO())
    console.print(results_table(documents, [], width=console.width))
    assert isinstance(console.file, io.StringIO)
    table, _, complaint = console.file.getvalue().partition("\n\n")
    assert "good.pdf" in table
    assert complaint.startswith("bad.pdf: It needs a password.\nThe file needs a password. Remove")


def test_a_doubtful_result_is_marked_for_review():
    document = Document(id=uuid4(), file_name="a.pdf", status="completed", needs_review=True)
    assert "review" in cells_of(document, None)[2]


def test_a_value_never_reads_as_markup():
    document = Document(id=uuid4(), file_name="[red].pdf", status="completed")
    result = DocumentResult(document_id=document.id, result=a_result(data={"vendor": "[bold]x"}))
    cells = cells_of(document, result)
    assert (cells[0], cells[3]) == (r"\[red].pdf", r"\[bold]x")
