"""What may be asked for, and how the file is called."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from pydantic import ValidationError

from services.exporter.export_file import ExportSummary
from services.exporter.make_export import file_name
from services.exporter.readiness import Ready
from services.exporter.requests import KEPT, ExportRequest, export_job, export_row
from shared.vocabulary import Priority
from tests.makers import TENANT

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_a_request_is_about_one_batch_or_some_documents():
    for wrong in ({}, {"batch_id": uuid4(), "document_ids": [uuid4()]}):
        with pytest.raises(ValidationError):
            ExportRequest.model_validate(wrong)


def test_a_path_needs_the_layout_that_has_rows_for_its_items():
    with pytest.raises(ValidationError, match="ask for layout multi_row"):
        ExportRequest(batch_id=uuid4(), path="line_items")


def test_the_same_document_is_exported_once():
    document = uuid4()
    request = ExportRequest(document_ids=[document, document])

    assert export_row(request, uuid4(), tenant_id=TENANT, user="ada", now=NOON)["document_ids"] == [document]


def test_an_export_is_kept_for_seven_days():
    row = export_row(ExportRequest(batch_id=uuid4()), uuid4(), tenant_id=TENANT, user="ada", now=NOON)

    assert row["expires_at"] - NOON == KEPT


def test_an_export_goes_before_ordinary_work():
    export_id = uuid4()
    job = export_job({"tenant_id": TENANT, "batch_id": None, "export_id": export_id})

    assert (job.priority, job.batch_id, job.subject) == (Priority.HIGH, export_id, export_id)


@pytest.mark.parametrize(
    ("batch", "documents", "name"),
    [
        ("March", 5, "March.csv"),
        ("March", 3, "March (3 of 5).csv"),
        ("../../etc/passwd\0", 5, "etc_passwd.csv"),
        ("Größe & Preis", 5, "Größe & Preis.csv"),
        ("...", 5, "export.csv"),
        ("", 0, "export (0 of 5).csv"),
        ("x" * 300, 5, "x" * 100 + ".csv"),
    ],
)
def test_a_file_is_called_after_its_batch_and_says_when_it_is_not_whole(batch: str, documents: int, name: str):
    about = Ready(batch, total=5, ended=documents)

    assert file_name(about, ExportSummary(rows=9, documents=documents), format_="csv") == name
