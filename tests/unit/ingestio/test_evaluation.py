"""Evaluation on labelled documents, without a system."""

import json
from pathlib import Path

import pytest
from rich.console import Console

from ingestio.commands.evaluate import Labels, predict, print_scores, schema_of
from tests.unit.ingestio.fake_server import FakeServer


def test_the_schema_has_the_fields_of_the_labels_and_no_notes():
    labels: Labels = {
        "a.pdf": {"total": 3.5, "date": None, "_note": "x"},
        "b.pdf": {"date": "2026-03-14", "vendor": "Ada"},
    }
    schema = schema_of(labels)
    assert {name: field["type"] for name, field in schema["properties"].items()} == {
        "total": ["number", "null"],
        "date": ["string", "null"],
        "vendor": ["string", "null"],
    }


def test_predictions_are_the_values_by_file_name(tmp_path: Path):
    for name in ("good.pdf", "bad.pdf"):
        (tmp_path / name).write_bytes(b"x")
    labels: Labels = {"good.pdf": {"vendor": "Ada Ltd"}, "bad.pdf": {}}
    with FakeServer().client() as client:
        predictions = predict(client, tmp_path, labels, prompt="", console=Console(quiet=True))
    assert predictions["good.pdf"]["vendor"] == "Ada Ltd"
    assert "bad.pdf" not in predictions


@pytest.mark.parametrize("place", [".", "set"])
def test_the_score_beside_the_labels_or_above_is_run_on_both_files(tmp_path: Path, place: str):
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "labels.json").write_text("{}")
    predictions = tmp_path / "predictions.json"
    predictions.write_text(json.dumps({"a": 1}))
    (tmp_path / place / "score.py").write_text("import sys; sys.exit(sys.argv[1:] == [] or len(sys.argv) + 4)")
    assert print_scores(folder, predictions) == 7


def test_without_a_score_there_is_nothing_to_run(tmp_path: Path):
    assert print_scores(tmp_path, tmp_path / "predictions.json") == 0
