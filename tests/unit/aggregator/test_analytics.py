"""What may be asked of statistics, and their tables where nothing was counted."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from services.aggregator.analytics_csv import TenantsTable, analytics_csv
from services.aggregator.analytics_views import AnalyticsFilter, Figures, TenantsAnalytics

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
NOTHING = TenantsAnalytics(
    since=NOON,
    until=NOON,
    interval="hour",
    totals=Figures(),
    over_time=[],
    document_types=[],
    file_types=[],
    errors=[],
    sizes=[],
    tenants=[],
)


@pytest.mark.parametrize("bound", ["from", "to"])
@pytest.mark.parametrize("moment", ["0001-01-03T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-10:00"])
def test_dates_at_the_ends_of_the_calendar_are_refused_with_advice(bound: str, moment: str):
    with pytest.raises(ValidationError, match="give a date from 1970 to 9998"):
        AnalyticsFilter.model_validate({bound: moment})


def test_the_last_date_that_is_taken_has_its_days_and_hours():
    asked = AnalyticsFilter.model_validate({"to": "9998-12-31T23:59:59-14:00"})

    assert asked.range()[1].isoformat() == "9999-01-01T13:59:59+00:00"


@pytest.mark.parametrize(
    ("table", "titles"),
    [
        ("tenant", "tenant_id,documents,"),
        ("time", "at,documents,"),
        ("document_type", "name,documents,"),
        ("file_type", "name,documents,"),
        ("error", "category,documents\r\n"),
        ("size", "up_to,documents\r\n"),
    ],
)
def test_a_table_without_lines_has_its_titles(table: TenantsTable, titles: str):
    text = analytics_csv(NOTHING, table)

    assert (text.startswith(titles), text.count("\n")) == (True, 1)
