import re

import pytest
from prometheus_client.metrics import MetricWrapperBase

from docs.metrics.publish import PAGE, declared, exposed_name, page

BOUNDED = {
    *("route", "method", "code_class", "outcome", "category", "stage", "kind", "queue", "state", "type", "source"),
    *("model", "gen_ai_request_model", "decision", "target", "format", "op", "pool", "task", "folder"),
}


def test_the_page_says_what_is_declared():
    assert PAGE.read_text() == page()


@pytest.mark.parametrize("metric", declared(), ids=exposed_name)
def test_a_metric_follows_the_conventions(metric: MetricWrapperBase):
    name = exposed_name(metric)

    assert re.fullmatch(r"(ingestio|gen_ai)_[a-z_]+", name)
    assert metric._documentation.endswith(".")
    assert metric._type != "histogram" or name.endswith("_seconds")


@pytest.mark.parametrize("metric", declared(), ids=exposed_name)
def test_no_label_can_take_any_number_of_values(metric: MetricWrapperBase):
    assert set(metric._labelnames) <= BOUNDED


def test_no_name_is_declared_twice():
    names = [exposed_name(metric) for metric in declared()]

    assert len(set(names)) == len(names)
