"""Amounts, dates and currencies as people write them."""

import pytest

from services.extractor.local.amounts import amounts_in
from services.extractor.local.calendar_dates import dates_in, writes_month_first
from services.extractor.local.currencies import document_currency


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.50", 1234.5),
        ("1.234,50 €", 1234.5),
        ("1 234,50", 1234.5),
        ("1'234.00", 1234.0),
        ("12,34,567.00", 1234567.0),
        ("RM41.45", 41.45),
        ("Rs 1939", 1939.0),
        ("€ -9,32", -9.32),
        ("(5.00)", -5.0),
        ("5.00-", -5.0),
        ("12. 50", 12.5),
        ("1.234.567,89", 1234567.89),
        ("EUR 571,04", 571.04),
        ("CHANGE RM .20", 0.2),
    ],
)
def test_an_amount_is_read_in_every_notation(text: str, value: float):
    assert [amount.value for amount in amounts_in(text)] == [value]


@pytest.mark.parametrize("text", ["06.08.2013", "14:22", "R000011248", "No.5/2", "2018-04-03"])
def test_dates_times_and_codes_are_no_amounts(text: str):
    assert amounts_in(text) == []


@pytest.mark.parametrize("text", ["19% 12,00", "8.25 %: 12,00", "(25,00%) 12,00"])
def test_a_per_cent_rate_is_not_money(text: str):
    rate, amount = amounts_in(text)
    assert (rate.is_money, amount.is_money) == (False, True)


@pytest.mark.parametrize(("comma", "value"), [(True, 1234.0), (False, 1.234), (None, 1234.0)])
def test_three_digits_behind_a_point_are_read_as_the_document_writes_decimals(*, comma: bool | None, value: float):
    assert amounts_in("1.234", decimal_comma=comma)[0].value == value


@pytest.mark.parametrize(
    "text",
    [
        "25/12/2018", "25-12-18", "2018-12-25", "25.12.2018", "25 DEC 2018", "Dec 25, 2018", "25. Dezember 2018",
        "25 décembre 2018", "25 de diciembre de 2018", "25 Dis 2018", "25th December 2018", "20181225", "25/12/20188:01",
    ],
)  # fmt: skip
def test_a_date_is_read_in_every_notation(text: str):
    assert [written.value.isoformat() for written in dates_in(text)] == ["2018-12-25"]


def test_a_day_over_twelve_in_second_place_makes_the_whole_document_month_first():
    assert writes_month_first(dates_in("03/04/2023 and 03/20/2023"), "")


def test_a_day_over_twelve_in_first_place_keeps_the_document_day_first():
    assert not writes_month_first(dates_in("03/04/2023 and 20/03/2023"), "Fremont, CA 94538")


def test_an_american_address_makes_ambiguous_dates_month_first():
    assert writes_month_first(dates_in("03/04/2023"), "Fremont, CA 94538")


@pytest.mark.parametrize("text", ["Order ref PO 77812", "20121 Milano MI 20121 Milano MI"])
def test_what_only_looks_like_a_state_and_zip_code_leaves_the_day_first(text: str):
    assert not writes_month_first(dates_in("03/04/2023"), text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Total 12,00 €", "EUR"), ("Total RM 12.00", "MYR"), ("Total $12.00", "USD"), ("S$ 12.00", "SGD"),
        ("CHF 5.00", "CHF"), ("$ 12.00, prices in AUD", "AUD"), ("OAK SDN BHD, total 12.00", "MYR"),
    ],
)  # fmt: skip
def test_the_currency_is_the_one_most_clearly_named(text: str, code: str):
    found = document_currency(text)
    assert found is not None
    assert found[0] == code


def test_a_document_without_any_mark_has_no_currency():
    assert document_currency("Total 12.00") is None
