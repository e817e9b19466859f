"""Layouts: which columns a table has, and which rows a document gives."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

import pytest

from services.exporter import survey as survey_module
from services.exporter.export_file import write_export
from services.exporter.rows import ExportDocument, Format
from services.exporter.survey import Survey
from services.exporter.table import DocumentsChangedError, table_of
from shared.results import Citation, FieldEvidence, ResultWarning
from tests.unit.exporter.export_makers import column, completed, failed, read_csv

INVOICE = {
    "number": "R1",
    "supplier": {"name": "Müller", "address": {"city": "Köln"}},
    "line_items": [{"text": "Paper", "amount": 2}, {"text": "Toner", "amount": 3}],
    "taxes": [{"rate": 19}],
    "tags": ["a", "b"],
    "total": 5,
}


def exported(
    documents: list[ExportDocument], target: Path, layout: Any = "normal", **options: Any
) -> list[dict[str, str]]:
    write_export(lambda: documents, format="csv", layout=layout, target=target / "out.csv", **options)
    return read_csv(target / "out.csv")


def test_nested_objects_become_columns_with_dots(tmp_path: Path):
    assert exported([completed(INVOICE)], tmp_path)[0]["supplier.address.city"] == "Köln"


def test_arrays_are_json_in_the_normal_layout(tmp_path: Path):
    assert exported([completed(INVOICE)], tmp_path)[0]["tags"] == '["a","b"]'


def test_the_file_stands_first_and_the_data_in_the_order_of_the_schema(tmp_path: Path):
    headers = list(exported([completed({"b": 1, "a": 2})], tmp_path)[0])

    assert headers == ["file", "document_type", "status", "b", "a", "error"]


def test_a_column_seen_later_stands_behind_the_one_it_followed(tmp_path: Path):
    rows = exported([completed({"a": 1, "c": 1}), completed({"a": 1, "b": 1, "c": 1})], tmp_path)

    assert [name for name in rows[0] if len(name) == 1] == ["a", "b", "c"]


def test_a_value_named_like_a_document_column_keeps_a_column_of_its_own(tmp_path: Path):
    row = exported([completed({"status": "paid", "data.status": "x", "a": {"b": 1}, "a.b": 2})], tmp_path)[0]

    assert [row[name] for name in ("status", "data.status", "data.data.status", "a.b", "data.a.b")] == [
        "completed",
        "paid",
        "x",
        "1",
        "2",
    ]


def test_batch_and_custom_id_are_shown_where_they_tell_documents_apart(tmp_path: Path):
    other = completed({}, batch_id=UUID(int=9), batch_name="April", custom_id="c-1")

    assert list(exported([completed({}), other], tmp_path)[0])[:3] == ["file", "batch", "custom_id"]


def test_multi_row_gives_a_row_an_item_with_the_document_repeated(tmp_path: Path):
    rows = exported([completed(INVOICE)], tmp_path, "multi_row")

    assert [(row["number"], row["row"], row["line_items.text"]) for row in rows] == [
        ("R1", "1", "Paper"),
        ("R1", "2", "Toner"),
    ]


def test_other_arrays_stay_json_in_the_multi_row_layout(tmp_path: Path):
    assert column(exported([completed(INVOICE)], tmp_path, "multi_row"), "taxes") == ['[{"rate":19}]'] * 2


def test_a_named_array_gives_the_rows(tmp_path: Path):
    rows = exported([completed(INVOICE)], tmp_path, "multi_row", path="tags")

    assert column(rows, "tags") == ["a", "b"]


def test_a_nested_array_gives_rows(tmp_path: Path):
    data = {"order": {"id": 1, "items": [{"x": 1}, {"x": 2}, {"x": 3}]}}

    assert column(exported([completed(data)], tmp_path, "multi_row"), "order.items.x") == ["1", "2", "3"]


def test_the_array_with_most_items_of_all_documents_of_a_type_is_chosen(tmp_path: Path):
    documents = [
        completed({"a": [{"x": 1}, {"x": 2}], "b": [{"y": 1}]}),
        completed({"b": [{"y": i} for i in range(5)]}),
    ]

    assert len(exported(documents, tmp_path, "multi_row")) == 6


def test_each_type_chooses_its_own_array(tmp_path: Path):
    statement = completed({"entries": [{"e": 1}, {"e": 2}]}, document_type="bank_statement")

    assert len(exported([completed(INVOICE), statement], tmp_path, "multi_row")) == 4


@pytest.mark.parametrize("items", [[], None])
def test_a_document_without_items_still_has_a_row(tmp_path: Path, items: Any):
    rows = exported([completed(INVOICE), completed({"number": "R2", "line_items": items})], tmp_path, "multi_row")

    assert [(row["number"], row["row"]) for row in rows][-1] == ("R2", "")


def test_a_failed_document_still_has_a_row_in_the_multi_row_layout(tmp_path: Path):
    assert column(exported([completed(INVOICE), failed()], tmp_path, "multi_row"), "status")[-1] == "failed"


@pytest.mark.parametrize(
    ("odd", "header", "cell"),
    [
        ({"text": "single", "tags": [1]}, "line_items.tags", "[1]"),
        ("just text", "line_items", "just text"),
        ([{"text": "x"}, "loose"], "line_items", "loose"),
        ([{}], "line_items", "{}"),
    ],
)
def test_items_of_another_shape_are_not_lost(tmp_path: Path, odd: Any, header: str, cell: str):
    rows = exported([completed(INVOICE), completed({"line_items": odd})], tmp_path, "multi_row")

    assert rows[-1][header] == cell


def test_a_column_for_the_pages_names_those_of_the_item(tmp_path: Path):
    assert column(exported([with_evidence()], tmp_path, "multi_row", extras=["pages"]), "page") == ["1, 3\u20135", "9"]


def test_the_confidence_of_a_row_is_its_lowest(tmp_path: Path):
    assert column(exported([with_evidence()], tmp_path, "multi_row", extras=["confidence"]), "confidence") == [
        "0.4",
        "0.9",
    ]


def test_review_state_and_warnings_are_shown_on_request(tmp_path: Path):
    warning = ResultWarning(code="total_mismatch", message="5 is not 6")
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    told: dict[str, Any] = {"needs_review": True, "reviewed_by": "ada", "reviewed_at": noon, "warnings": (warning,)}
    row = exported([completed({"a": 1}, **told)], tmp_path, extras=["review"])[0]

    assert [row[name] for name in told] == ["true", "ada", noon.isoformat(), "total_mismatch: 5 is not 6"]
    assert not told.keys() & exported([completed({"a": 1}, **told)], tmp_path)[0].keys()


def test_what_is_nested_too_deeply_for_columns_is_json(tmp_path: Path):
    data: Any = 1
    for _ in range(300):
        data = {"k": data}

    assert exported([completed(data)], tmp_path)[0][".".join("k" * 12)].endswith("1" + "}" * 288)


def test_values_beyond_the_most_columns_are_kept_as_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(survey_module, "MOST_COLUMNS", 2)

    assert exported([completed({"a": 1, "b": 2, "c": 3, "d": 4})], tmp_path)[0]["more_fields"] == '{"c":3,"d":4}'


@pytest.mark.parametrize(
    "changed",
    [
        {"a": 1, "new": 2, "items": [{"x": 1}]},
        {"a": {"new": 2}, "items": [{"x": 1}]},
        {"a": 1, "items": [{"x": 1}, {"x": 1, "new": 2}]},
        {"a": 1, "items": [{"x": {"new": 1}}]},
        {"a": 1, "items": [1]},
    ],
)
def test_a_document_that_changed_between_the_passes_ends_the_export(changed: dict[str, Any]):
    seen = completed({"a": 1, "items": [{"x": 1}]})
    survey = Survey([seen], layout="multi_row", path=None)
    table = table_of(survey, survey.types, layout="multi_row", extras=[])
    list(table.rows(seen))

    with pytest.raises(DocumentsChangedError):
        list(table.rows(completed(changed)))


def notes_of(documents: list[ExportDocument], target: Path, **options: Any) -> tuple[str, ...]:
    return write_export(lambda: documents, layout="multi_row", target=target / "out", **options).notes


@pytest.mark.parametrize("format_", get_args(Format))
@pytest.mark.parametrize("path", ["line_itms", "total"], ids=["nothing there", "no list there"])
def test_a_path_that_is_no_list_is_told(tmp_path: Path, format_: Format, path: str):
    notes = notes_of([completed(INVOICE), failed()], tmp_path, path=path, format=format_)

    assert notes == (f'There is no list "{path}" in any document: each is one row.',)


def test_a_path_that_is_a_list_in_some_types_is_told_of_the_others(tmp_path: Path):
    receipt = completed({"total": 1}, document_type="receipt")

    assert notes_of([completed(INVOICE), receipt], tmp_path, path="line_items", format="csv") == (
        'There is no list "line_items" in the documents of receipt: each is one row.',
    )


@pytest.mark.parametrize("documents", [[completed(INVOICE)], [completed({"line_items": []})], [failed()]])
def test_a_path_that_is_a_list_wherever_there_is_data_needs_no_note(tmp_path: Path, documents: list[ExportDocument]):
    assert notes_of(documents, tmp_path, path="line_items", format="csv") == ()


def with_evidence() -> ExportDocument:
    def on(pages: list[int], confidence: float) -> FieldEvidence:
        return FieldEvidence(
            confidence=confidence, citations=tuple(Citation(page=page, text="x", bbox=(0, 0, 1, 1)) for page in pages)
        )

    return completed(
        INVOICE,
        fields={
            "number": on([9], 0.9),
            "line_items[0].text": on([1, 3, 4], 0.4),
            "line_items[0].amount": on([5], 0.8),
        },
    )
