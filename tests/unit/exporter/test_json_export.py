"""JSON exports: every value exactly as it is stored."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.exporter.export_file import write_export
from services.exporter.rows import ExportDocument
from tests.unit.exporter.export_makers import completed, failed

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


def exported(documents: list[ExportDocument], target: Path, layout: Any = "normal", **options: Any) -> Any:
    write_export(lambda: documents, format="json", layout=layout, target=target / "out.json", **options)
    return json.loads((target / "out.json").read_text(encoding="utf-8"))


@given(st.lists(st.dictionaries(st.text(max_size=5), VALUES, max_size=4), max_size=4))
def test_data_is_exactly_what_is_stored(tmp_path_factory: pytest.TempPathFactory, stored: list[dict[str, Any]]):
    entries = exported([completed(data) for data in stored], tmp_path_factory.mktemp("json"))

    assert [entry["data"] for entry in entries] == stored


@given(st.lists(st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3), max_size=4))
def test_items_are_exactly_what_is_stored(tmp_path_factory: pytest.TempPathFactory, items: list[dict[str, Any]]):
    entries = exported([completed({"items": items})], tmp_path_factory.mktemp("json"), "multi_row", path="items")

    stored: list[dict[str, Any] | None] = [*items] or [None]
    assert [entry["item"] for entry in entries] == stored


def test_an_item_brings_the_rest_of_its_document(tmp_path: Path):
    data = {"total": 3, "order": {"id": 7, "items": [{"x": 1}, {"x": 2}]}}
    entry = exported([completed(data)], tmp_path, "multi_row")[1]

    assert (entry["row"], entry["item"], entry["data"]) == (2, {"x": 2}, {"total": 3, "order": {"id": 7}})


def test_a_failed_document_brings_its_error_and_advice(tmp_path: Path):
    assert exported([failed()], tmp_path)[0]["error"]["advice"].startswith("The file is damaged.")


def test_no_documents_make_an_empty_array(tmp_path: Path):
    assert exported([], tmp_path) == []


def test_fields_come_with_their_evidence_when_asked(tmp_path: Path):
    document = completed({"a": 1}, fields={"a": {"confidence": 0.5}})

    assert exported([document], tmp_path, extras=["confidence"])[0]["fields"]["a"]["confidence"] == 0.5
