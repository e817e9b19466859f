"""The gate on accuracy: invented documents that no rule was written for must be read as well as ever."""

from collections.abc import Sequence

import pytest

from bench.invented.lists import listing
from bench.read_values import Value, invented, read, strange
from ingestio.evaluation.labels import Labelled, schema_of
from ingestio.evaluation.scoring import Tally, calibration_error, compared_rows
from services.extractor.local import read_fields

pytestmark = pytest.mark.volume

SEEDS = range(70_000, 70_039)  # apart from those the confidence is fitted on
FLOORS = {"invoices, text": 0.985, "invoices, scans": 0.95, "receipts, scans": 0.93}
PARTIES = {
    "invoices, strange letterheads": 0.97,
    "invoices, letterheads kept apart": 0.93,
    "invoices, fresh letterheads": 0.88,
}


@pytest.fixture(scope="module")
def values() -> list[Value]:
    return read(invented(SEEDS))


@pytest.fixture(scope="module")
def strange_values() -> list[Value]:
    return read(strange(SEEDS))


def f1(values: Sequence[Value]) -> float:
    given = sum(value.got is not None for value in values)
    wanted = sum(value.wanted is not None for value in values)
    return 2 * sum(value.right for value in values) / (given + wanted)


@pytest.mark.parametrize("population", FLOORS)
def test_fields_are_read_as_well_as_ever(values: list[Value], population: str):
    assert f1([value for value in values if value.population == population]) >= FLOORS[population]


@pytest.mark.parametrize("population", PARTIES)
def test_the_parties_are_found_where_few_name_them(strange_values: list[Value], population: str):
    parties = [v for v in strange_values if v.population == population and v.field in {"vendor", "customer"}]
    assert f1(parties) >= PARTIES[population]


def test_confidence_is_honest_on_documents_it_was_not_fitted_on(values: list[Value]):
    told = [(value.confidence, value.right) for value in values if value.got is not None]
    assert calibration_error(told) <= 0.05


def test_wrong_values_are_told_with_less_confidence_than_right_ones(values: list[Value]):
    told = {right: [v.confidence for v in values if v.got is not None and v.right is right] for right in (True, False)}
    assert sum(told[False]) / len(told[False]) < sum(told[True]) / len(told[True]) - 0.1


@pytest.mark.parametrize("kind", ["payslip", "timesheet", "order"])
def test_every_row_of_other_lists_is_read(kind: str):
    tally = Tally()
    for document in (made for made in map(listing, SEEDS) if made.kind == kind):
        schema = schema_of([Labelled(document.name, document.truth)])
        result = read_fields(document.pages, document_type="other", prompt="", schema=schema)
        for name, rows in document.truth.items():
            tally.add(compared_rows(rows, result.data[name]))
    assert (tally.labelled, tally.given) == (tally.right, tally.right)
