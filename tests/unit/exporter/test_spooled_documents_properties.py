"""Documents that were copied to a file: nothing of them changes, and tables show of them what they show of the originals."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.exporter import shapes
from services.exporter.export_file import write_export
from services.exporter.rows import ExportDocument
from services.exporter.stored import spooled, stored_line
from shared.results import Citation, FieldEvidence, ResultWarning
from tests.unit.exporter.export_makers import completed, failed

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
ATOMS = st.none() | st.booleans() | st.integers() | st.integers(2**62, 2**70) | FLOATS | TEXT
NAMES = st.sampled_from(["a", "b", "status", "=c", "a.b"])
OBJECTS = st.dictionaries(NAMES, ATOMS, max_size=4)
VALUES = ATOMS | OBJECTS | st.lists(ATOMS | OBJECTS, max_size=3)
DATA = st.lists(st.dictionaries(NAMES, VALUES, max_size=4), max_size=5)
EVIDENCE = FieldEvidence(confidence=0.5, citations=(Citation(page=2, text="x", bbox=(0, 0, 1, 1)),))
REMARK = ResultWarning(code="ungrounded", message="\t")


def documents(data: list[dict[str, Any]]) -> list[ExportDocument]:
    more: dict[str, Any] = {"fields": {"a[0].b": EVIDENCE}, "warnings": (REMARK,), "reviewed_by": "ada"}
    return [*(completed(one, custom_id="=1\t", **more) for one in data), failed()]


def spool_of(originals: list[ExportDocument], folder: Path) -> Path:
    (folder / "documents").write_bytes(b"".join(map(stored_line, originals)))
    return folder / "documents"


@given(DATA)
def test_all_of_a_document_is_read_back(tmp_path_factory: pytest.TempPathFactory, data: list[dict[str, Any]]):
    originals = documents(data)
    found = list(spooled(spool_of(originals, tmp_path_factory.mktemp("spool"))))

    assert [repr(document.full) for document in found] == [repr(document) for document in originals]
    assert [repr(document.data) for document in found] == [repr(document.data) for document in originals]


@given(DATA, st.sampled_from(["normal", "multi_row"]), st.sampled_from([[], ["review"], ["pages", "confidence"]]))
@settings(deadline=None)
def test_tables_of_them_are_the_same_to_the_byte(
    tmp_path_factory: pytest.TempPathFactory, data: list[dict[str, Any]], layout: Any, extras: Any
):
    folder, originals = tmp_path_factory.mktemp("spool"), documents(data)
    lines = spool_of(originals, folder)

    def table(source: Any, most_shapes: int) -> bytes:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(shapes, "_MOST_SHAPES", most_shapes)
            write_export(source, format="csv", layout=layout, extras=extras, target=folder / "out.csv")
        return (folder / "out.csv").read_bytes()

    tables = {
        table(source, most_shapes) for source in (lambda: originals, lambda: spooled(lines)) for most_shapes in (0, 200)
    }
    assert len(tables) == 1
