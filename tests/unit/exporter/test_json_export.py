"""JSON exports: every value exactly as it is stored."""

from pathlib import Path

from tests.unit.exporter.export_makers import completed, failed
from tests.unit.exporter.export_makers import exported_json as exported


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
