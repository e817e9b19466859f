from typing import Any

import pytest

from services.extractor.lookup import Lookup
from services.extractor.merging import Part, merge
from services.extractor.page_index import PageIndex
from services.extractor.windows import Window, WindowLimits, cut, halve
from shared.pages import Page
from shared.results import JsonObject
from tests.makers import a_page, pages_of


def a_list(page: int, *rows: str) -> Page:
    return a_page(f"Page {page}", *rows, number=page)


def numbers(windows: list[Window]) -> list[list[int]]:
    return [[page.number for page in window] for window in windows]


@pytest.mark.parametrize(
    ("pages", "rows", "limits", "expected"),
    [
        (1, 0, WindowLimits(), [[1]]),
        (3, 5, WindowLimits(), [[1, 2, 3]]),
        (5, 0, WindowLimits(pages=3), [[1, 2, 3], [3, 4, 5]]),
        (6, 0, WindowLimits(pages=3), [[1, 2, 3], [3, 4, 5], [5, 6]]),
        (4, 50, WindowLimits(rows=100), [[1, 2], [2, 3], [3, 4]]),
        (3, 500, WindowLimits(rows=100), [[1, 2], [2, 3]]),
        (3, 0, WindowLimits(characters=1), [[1, 2], [2, 3]]),
    ],
)
def test_windows_overlap_by_one_page(pages: int, rows: int, limits: WindowLimits, expected: list[list[int]]):
    document = [a_list(number) for number in range(1, pages + 1)]

    assert numbers(cut(document, rows=[rows] * pages, limits=limits)) == expected


def test_a_window_is_halved_with_overlap_down_to_parts_of_a_page():
    pages = tuple(a_list(number) for number in (1, 2, 3, 4))

    assert numbers(halve(pages)) == [[1, 2, 3], [3, 4]]
    assert numbers(halve(pages[:2])) == [[1], [2]]


def test_a_page_is_halved_into_parts_that_share_rows():
    page = a_list(1, *(f"row{number}" for number in range(19)))
    upper, lower = ({word.text for word in part[0].words} for part in halve((page,)))

    assert upper | lower == {word.text for word in page.words}
    assert upper & lower == {"row9", "row10", "row11"}


def test_a_few_rows_are_not_halved():
    assert halve((a_list(1, "a", "b"),)) == []


def test_the_overlap_gives_no_duplicates_and_equal_rows_stay_apart():
    one, two, three = a_list(1, "Tea 2.00", "Tea 2.00"), a_list(2, "Tea 2.00", "Cake 3.00"), a_list(3, "Cake 3.00")
    tea, cake = {"name": "Tea", "price": 2.0}, {"name": "Cake", "price": 3.0}
    rows = merged([one, two, three], ((one, two), [tea, tea, tea, cake]), ((two, three), [tea, cake, cake]))

    assert rows == [tea, tea, tea, cake, cake]


def test_a_row_cut_by_the_page_end_is_kept_as_the_window_that_has_all_of_it():
    one, two = a_list(1, "Tea 2.00", "Long cake"), a_list(2, "with cream 3.00")
    half, whole = {"name": "Long cake", "price": None}, {"name": "Long cake with cream", "price": 3.0}
    rows = merged([one, two], ((one,), [{"name": "Tea", "price": 2.0}, half]), ((one, two), [whole]))

    assert [row["price"] for row in rows] == [2.0, 3.0]


def test_a_row_that_no_page_supports_is_kept_once_and_in_its_place():
    one, two = a_list(1, "Tea 2.00"), a_list(2, "Cake 3.00")
    tea, ghost, cake = ({"name": name, "price": price} for name, price in (("Tea", 2.0), ("Ghost", 9.9), ("Cake", 3.0)))
    rows = merged([one, two], ((one, two), [tea, ghost, cake]), ((two,), [cake]))

    assert rows == [tea, ghost, cake]


def test_single_texts_are_merged_like_rows():
    one, two = a_list(1, "Ada Ltd"), a_list(2, "Bob Ltd")

    assert merged([one, two], ((one, two), ["Ada Ltd", "Bob Ltd"]), ((two,), ["Bob Ltd"])) == ["Ada Ltd", "Bob Ltd"]


@pytest.mark.parametrize(
    ("name", "values", "expected", "disputed"),
    [
        ("vendor", [None, "Ada", None], "Ada", ()),
        ("vendor", ["Ada", "Bob", "Ada"], "Ada", ("vendor",)),
        ("vendor", ["Ada", "Bob"], "Ada", ("vendor",)),
        ("opening_balance", [1.0, 2.0], 1.0, ("opening_balance",)),
        ("closing_balance", [1.0, 2.0], 2.0, ("closing_balance",)),
        ("total", [None, None], None, ()),
    ],
)
def test_a_value_of_the_whole_document_is_what_most_windows_say(
    name: str, values: list[object], expected: object, disputed: tuple[str, ...]
):
    page = a_list(1, "x")
    found = merge([Part((page,), {name: value}) for value in values], Lookup(PageIndex(pages_of(page))))

    assert (found.data[name], found.disputed) == (expected, disputed)


@pytest.mark.volume
def test_3200_rows_on_66_pages_come_back_complete_and_in_order():
    items: list[list[JsonObject]] = [[] for _ in range(66)]
    for number in range(3200):
        items[number // 49].append({"name": f"Payment {number % 7}", "price": number % 90 + 0.5})
    pages = [
        a_list(number, *(f"{item['name']} {item['price']:.2f}" for item in rows))
        for number, rows in enumerate(items, 1)
    ]
    windows = cut(pages, rows=[49] * 66, limits=WindowLimits())
    parts = [(window, [item for page in window for item in items[page.number - 1]]) for window in windows]

    assert merged(pages, *parts) == [item for rows in items for item in rows]


def merged(pages: list[Page], *parts: tuple[Window, list[Any]]) -> Any:
    lookup = Lookup(PageIndex(pages_of(*pages)))
    return merge([Part(window, {"rows": rows}) for window, rows in parts], lookup).data["rows"]
