"""The printed row of each item: near-identical rows keep their order though one of them was misread."""

from services.extractor.lookup import Lookup
from services.extractor.page_index import PageIndex
from services.extractor.row_alignment import align
from shared.results import JsonObject
from tests.makers import a_page, pages_of

DAY = "2026-03-20"
PRINTED = (
    "20/03/2026 B125 Card payment 1,999.00",
    "20/03/2026 B112 Payroll Marcc 15.00",
    "20/03/2026 B104 Printer toner 230.40",
    "20/03/2026 B112 Payroll March 230.40",
    "20/03/2026 B112 Card payment 15.00",
    "20/03/2026 B129 Transfer 15.00",
)
ITEMS: list[JsonObject] = [
    {"date": DAY, "reference": "B125", "text": "Card payment", "amount": 1999.0},
    {"date": DAY, "reference": "B112", "text": "Payroll March", "amount": 15.0},
    {"date": DAY, "reference": "B104", "text": "Printer toner", "amount": 230.4},
    {"date": DAY, "reference": "B112", "text": "Payroll March", "amount": 230.4},
    {"date": DAY, "reference": "B112", "text": "Card payment", "amount": 15.0},
    {"date": DAY, "reference": "B129", "text": "Transfer", "amount": 15.0},
]


def rows_of(items: list[JsonObject]) -> list[int | None]:
    return align(items, Lookup(PageIndex(pages_of(a_page(*PRINTED)))))


def test_a_misread_row_does_not_lead_its_item_to_the_neighbours_row():
    assert rows_of(ITEMS) == [0, 1, 2, 3, 4, 5]


def test_items_that_were_exchanged_stay_with_their_own_rows():
    assert rows_of([*ITEMS[:4], ITEMS[5], ITEMS[4]])[4:] == [5, 4]
