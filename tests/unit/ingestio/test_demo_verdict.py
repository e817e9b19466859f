"""When the demo is content."""

from typing import Any
from uuid import uuid4

import pytest

from ingestio.answers import Document
from ingestio.commands.demo import complaints_about
from shared.errors import Category, DocumentError, Stage

TRUTH: dict[str, dict[str, Any]] = {"good.pdf": {"fields": {}}, "broken.pdf": {"error": "unreadable"}}
ERROR = DocumentError.of(Category.UNREADABLE, Stage.INTAKE, "The PDF is damaged.")


def a_document(name: str, status: str, error: DocumentError | None = None) -> Document:
    return Document(id=uuid4(), file_name=name, status=status, error=error)


GOOD = a_document("good.pdf", "completed")
BROKEN = a_document("broken.pdf", "failed", ERROR)


def test_nothing_is_wrong_when_the_good_completed_and_the_broken_failed_with_a_reason():
    assert complaints_about([GOOD, BROKEN], TRUTH) == []


@pytest.mark.parametrize(
    ("documents", "complaint"),
    [
        ([BROKEN], "good.pdf is missing"),
        ([a_document("good.pdf", "failed", ERROR), BROKEN], "good.pdf should have completed"),
        ([GOOD, a_document("broken.pdf", "completed")], "broken.pdf should have failed"),
        ([GOOD, a_document("broken.pdf", "failed")], "broken.pdf should have failed with a reason"),
    ],
)
def test_each_thing_that_is_wrong_is_named(documents: list[Document], complaint: str):
    (said,) = complaints_about(documents, TRUTH)
    assert complaint in said
