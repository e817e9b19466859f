"""Long lists read by rules: no row is lost from page to page, whatever OCR makes of the headings."""

import json
from collections import Counter
from collections.abc import Sequence

import pytest

from services.extractor.local import read_fields
from shared.pages import Pages
from shared.results import JsonObject, Result
from tests.long_lists import MAKERS, LongList, as_pdf, text_pages
from tests.scans import simulated_scan
from tests.unit.extractor.local_documents import Cells, page_of

LEDGER: JsonObject = {
    "type": "object",
    "properties": {
        "entries": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "date": {"type": "string", "format": "date"},
                    "reference": {"type": "string"},
                    "debit": {"type": "number"},
                },
            },
        }
    },
}
HEADING: Cells = [(0.08, "Date"), (0.3, "Reference"), (0.7, "Debit")]


def whole(document: LongList, pages: Pages) -> Result:
    return read_fields(pages, document_type=document.kind, prompt="", schema=document.schema)


def entries(numbers: Sequence[int]) -> list[Cells]:
    return [[(0.08, f"{number:02}.03.2026"), (0.3, f"B1{number:02}"), (0.7, f"{number}.50")] for number in numbers]


def read_ledger(*pages: Sequence[Cells]) -> list[JsonObject]:
    made = Pages(pages=tuple(page_of(*rows, number=number) for number, rows in enumerate(pages, 1)))
    rows: list[JsonObject] = read_fields(made, document_type="other", prompt="", schema=LEDGER).data["entries"]
    return rows


def as_set(rows: Sequence[JsonObject]) -> Counter[str]:
    return Counter(json.dumps({k: str(v) for k, v in row.items()}, sort_keys=True) for row in typed(rows))


def typed(rows: Sequence[JsonObject]) -> list[JsonObject]:
    return [{name: float(v) if isinstance(v, int) else v for name, v in row.items()} for row in rows]


@pytest.mark.volume
@pytest.mark.parametrize("kind", MAKERS)
def test_every_row_of_a_long_list_is_read_right_from_a_text_layer(kind: str):
    document = MAKERS[kind](120, seed=4)
    rows = whole(document, text_pages(as_pdf(document))).data[document.list_name]

    assert as_set(rows) == as_set(document.rows)


@pytest.mark.volume
@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_row_of_a_scanned_list_is_lost_where_a_heading_is_misread(kind: str, seed: int):
    document = MAKERS[kind](100, seed=seed)
    result = whole(document, simulated_scan(text_pages(as_pdf(document)), seed=seed))

    assert len(result.data[document.list_name]) == len(document.rows)


def test_a_list_goes_on_over_the_page_without_a_heading():
    rows = read_ledger(
        ["Ledger", HEADING, *entries(range(1, 6))],
        ["Example Ltd", *entries(range(6, 12))],
        entries(range(12, 15)),
    )
    assert [row["debit"] for row in rows] == [number + 0.5 for number in range(1, 15)]


def test_a_list_that_its_sum_has_ended_does_not_go_on():
    total: Cells = [(0.08, "Total"), (0.7, "17.50")]
    rows = read_ledger(["Ledger", HEADING, *entries(range(1, 6)), total], entries(range(6, 8)))

    assert len(rows) == 5
