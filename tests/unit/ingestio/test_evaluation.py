"""Evaluation on labelled documents, without a system: labels in every form, matching, counting, comparing."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from ingestio.client import TroubleError
from ingestio.evaluation.labels import Labelled, labels_in, schema_of
from ingestio.evaluation.matching import same
from ingestio.evaluation.reading import Readings, read_all
from ingestio.evaluation.report import intake_of, losses, print_report, print_wrong, report_of
from ingestio.evaluation.scoring import calibration_error, compared_rows, scores_of
from shared.results import FieldEvidence, Result
from tests.makers import a_result
from tests.unit.ingestio.fake_server import FakeServer

SILENT = Console(quiet=True)


def folder_with(tmp_path: Path, name: str, labels: Any) -> Path:
    files = [entry["file"] for entry in labels] if isinstance(labels, list) else labels
    for file in files:
        (tmp_path / file).write_bytes(b"x")
    (tmp_path / name).write_text(json.dumps(labels))
    return tmp_path


def read_as(data: dict[str, Any], **confidence: float) -> Result:
    fields = {name: FieldEvidence(confidence=sure) for name, sure in confidence.items()}
    return a_result(data=data).model_copy(update={"fields": fields})


def test_plain_labels_are_fields_by_file_without_the_notes(tmp_path: Path):
    folder = folder_with(tmp_path, "labels.json", {"a.pdf": {"total": 3.5, "date": None, "_source": "x"}})
    assert labels_in(folder) == [Labelled("a.pdf", {"total": 3.5, "date": None})]


def test_truth_names_the_type_and_the_pages_too(tmp_path: Path):
    said = {"a.pdf": {"document_type": "invoice", "pages": 2, "fields": {"total": 1}}}
    assert labels_in(folder_with(tmp_path, "truth.json", said)) == [Labelled("a.pdf", {"total": 1}, "invoice", 2)]


def test_page_labels_tell_counts_refusals_and_what_nobody_knows(tmp_path: Path):
    said = {"a.pdf": {"pages": 3}, "b.pdf": {"pages": "error"}, "c.pdf": {"pages": "disputed"}}
    assert labels_in(folder_with(tmp_path, "pages.json", said)) == [
        Labelled("a.pdf", pages=3, refused=False),
        Labelled("b.pdf", refused=True),
        Labelled("c.pdf"),
    ]


def test_a_manifest_tells_which_pictures_open(tmp_path: Path):
    said = [{"file": "a.png", "decodes": True}, {"file": "b.png", "decodes": False}]
    labels = labels_in(folder_with(tmp_path, "manifest.json", said))
    assert [label.refused for label in labels] == [False, True]


def test_labels_may_stand_elsewhere(tmp_path: Path):
    folder = folder_with(tmp_path, "mine.json", {"a.pdf": {"total": 1}})
    assert [label.name for label in labels_in(folder, folder / "mine.json")] == ["a.pdf"]


def test_labels_of_files_that_are_not_there_are_trouble(tmp_path: Path):
    (tmp_path / "labels.json").write_text('{"gone.pdf": {}}')
    with pytest.raises(TroubleError, match=r"gone\.pdf"):
        labels_in(tmp_path)


def test_a_folder_without_labels_is_trouble(tmp_path: Path):
    with pytest.raises(TroubleError, match=r"labels\.json"):
        labels_in(tmp_path)


def test_the_schema_has_the_labelled_fields_and_the_columns_of_lists():
    rows = [{"name": "Tea", "amount": 2}]
    schema = schema_of([Labelled("a", {"total": 3.5, "lines": rows}), Labelled("b", {"date": "2026-03-14"})])
    kinds = {name: part["type"] for name, part in schema["properties"].items()}
    assert kinds == {"total": ["number", "null"], "lines": "array", "date": ["string", "null"]}
    assert set(schema["properties"]["lines"]["items"]["properties"]) == {"name", "amount"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("RM 1,234.50", 1234.5),
        ("1.234,50 €", "1234.5"),
        ("1'234.00", 1234),
        ("-8.79", -8.79),
        ("25/12/2018", "2018-12-25"),
        ("05 JAN 2017", "2017-01-05"),
        ("BOOK TA .K SDN  BHD", "Book Ta.K Sdn Bhd"),
    ],
)
def test_the_same_in_another_notation_is_the_same(one: Any, other: Any):
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("9.00", "9.01"), (5, -5), ("03/04/2018", "2018-03-04"), ("Ada", "Adam"), ("Ada", None), ("", "")],
)
def test_what_differs_is_not_the_same(one: Any, other: Any):
    assert not same(one, other)


def test_a_value_where_the_label_is_null_is_invented_and_one_without_label_is_not():
    scores = scores_of([Labelled("a", {"tax": None})], {"a": read_as({"tax": 3, "net": 5})}, {})
    assert (scores.fields["tax"].invented, scores.fields["net"].invented, scores.fields["net"].unlabelled) == (1, 0, 1)


def test_a_file_without_result_counts_as_missing():
    scores = scores_of([Labelled("a", {"tax": 1})], {}, {})
    assert (scores.fields["tax"].recall, scores.wrong) == (0.0, [("a", "tax", 1, None)])


def test_rows_count_whatever_their_order_but_each_once():
    wanted = [{"name": "Tea", "amount": 2.0}, {"name": "Tea", "amount": 2.0}, {"name": "Bun", "amount": 1}]
    tally = compared_rows(wanted, [{"name": "bun", "amount": "1.00"}, {"name": "Tea", "amount": 2, "unit": "cup"}])
    assert (tally.labelled, tally.given, tally.right) == (3, 2, 2)


def test_document_types_are_counted():
    labels = [Labelled("a", document_type="invoice"), Labelled("b", document_type="letter")]
    scores = scores_of(labels, {}, {"a": "invoice", "b": "form"})
    assert (scores.types.right, scores.types.labelled) == (1, 2)


def test_confidence_that_keeps_its_word_has_no_calibration_error():
    assert calibration_error([(0.75, True)] * 3 + [(0.75, False)]) == pytest.approx(0.0)


def test_confidence_that_promises_too_much_has_one():
    assert calibration_error([(0.9, False)] * 4) == pytest.approx(0.9)


def test_files_are_handed_in_and_their_results_found_by_name(tmp_path: Path):
    labels = labels_in(folder_with(tmp_path, "labels.json", {"good.pdf": {"vendor": "Ada Ltd"}, "bad.pdf": {}}))
    with FakeServer().client() as client:
        readings = read_all(client, tmp_path, labels, prompt="", console=SILENT)
    assert readings.results["good.pdf"].data["vendor"] == "Ada Ltd"
    assert (set(readings.results), readings.pages) == ({"good.pdf"}, 2)


def test_intake_is_right_when_counts_and_refusals_are_as_labelled(tmp_path: Path):
    said = {"good.pdf": {"pages": 3}, "bad.pdf": {"pages": "error"}}
    labels = labels_in(folder_with(tmp_path, "pages.json", said))
    with FakeServer().client() as client:
        verdicts = {file.file_name: file for file in client.submit([], fields={}).files}
    assert intake_of(labels, Readings(verdicts=verdicts)) == {"checked": 2, "right": 1, "wrong": ["good.pdf"]}


def a_report(**data: Any) -> dict[str, Any]:
    labels = [Labelled("a", {"total": 5, "date": "2026-03-14"})]
    readings = Readings(results={"a": read_as(data, **dict.fromkeys(data, 0.9))})
    return report_of(labels, readings, scores_of(labels, readings.results, {}))


def test_what_got_worse_is_named():
    worse = losses(a_report(total=6, date="2026-03-14"), a_report(total=5, date="2026-03-14"), slack=0.005)
    assert [loss.split(":")[0] for loss in worse] == ["total", "all fields"]


def test_nothing_got_worse_when_nothing_changed():
    assert losses(a_report(total=5), a_report(total=5), slack=0.0) == []


def test_the_report_shows_each_field_with_its_change_since_the_last_run():
    labels = [Labelled("a", {"total": 5, "date": "2026-03-14"}, "invoice")]
    readings = Readings(results={"a": read_as({"total": 5, "date": None}, total=0.9)}, types={"a": "letter"})
    scores = scores_of(labels, readings.results, readings.types)
    console = Console(width=120, record=True, file=io.StringIO())
    print_report(report_of(labels, readings, scores), scores, before=a_report(total=6), console=console)
    print_wrong(scores, most=5, console=console)
    text = console.export_text()
    assert all(part in text for part in ("total", "+1.000", "Document types: 0 of 1", "wanted '2026-03-14', got None"))
