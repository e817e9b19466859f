"""JSON exports: any value comes back exactly as it is stored."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.exporter.export_makers import completed
from tests.unit.exporter.export_makers import exported_json as exported

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(st.text(max_size=5), VALUES, max_size=4), max_size=4))
def test_data_is_exactly_what_is_stored(tmp_path_factory: pytest.TempPathFactory, stored: list[dict[str, Any]]):
    entries = exported([completed(data) for data in stored], tmp_path_factory.mktemp("json"))

    assert [entry["data"] for entry in entries] == stored


@given(st.lists(st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3), max_size=4))
def test_items_are_exactly_what_is_stored(tmp_path_factory: pytest.TempPathFactory, items: list[dict[str, Any]]):
    entries = exported([completed({"items": items})], tmp_path_factory.mktemp("json"), "multi_row", path="items")

    stored: list[dict[str, Any] | None] = [*items] or [None]
    assert [entry["item"] for entry in entries] == stored
