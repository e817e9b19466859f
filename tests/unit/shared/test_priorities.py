"""What a document's type does to the priority of its batch."""

import pytest

from shared.vocabulary import Priority

HIGH, NORMAL, LOW = Priority.HIGH, Priority.NORMAL, Priority.LOW


@pytest.mark.parametrize(
    ("batch", "document_type", "priority"),
    [
        (NORMAL, HIGH, HIGH),
        (NORMAL, NORMAL, NORMAL),
        (NORMAL, LOW, LOW),
        (LOW, HIGH, NORMAL),
        (HIGH, LOW, NORMAL),
        (HIGH, HIGH, HIGH),
        (LOW, LOW, LOW),
    ],
)
def test_an_urgent_type_moves_its_documents_ahead(batch: Priority, document_type: Priority, priority: Priority):
    assert batch.moved_by(document_type) is priority
