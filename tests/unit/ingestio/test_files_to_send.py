"""Which files go into a batch, and how they are read."""

import io
import os
from pathlib import Path

import pytest

from ingestio.files_to_send import LateFile, NothingToSendError, find_files, left_out


def test_a_folder_gives_its_documents_by_name_and_nothing_else(tmp_path: Path):
    for name in ("b.pdf", "a.JPG", "truth.json", "deep/c.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert [path.name for path in find_files([tmp_path])] == ["a.JPG", "b.pdf", "c.png"]


def test_what_a_folder_holds_beside_documents_is_counted_so_that_nobody_misses_it(tmp_path: Path):
    for name in ("b.pdf", "notes.txt", "table.xlsx", ".hidden"):
        (tmp_path / name).write_bytes(b"x")
    assert left_out([tmp_path, tmp_path / "b.pdf"]) == 2


def test_a_file_is_taken_as_given_whatever_its_ending(tmp_path: Path):
    file = tmp_path / "scan.bin"
    file.write_bytes(b"x")
    assert find_files([file]) == [file]


def test_an_empty_folder_is_nothing_to_send(tmp_path: Path):
    with pytest.raises(NothingToSendError, match="no PDF, JPG or PNG"):
        find_files([tmp_path])


def test_a_path_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(NothingToSendError, match=r"gone\.pdf"):
        find_files([tmp_path / "gone.pdf"])


def test_a_late_file_knows_its_size_before_it_is_opened(tmp_path: Path):
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    late = LateFile(path)
    path.unlink()
    assert late.seek(0, os.SEEK_END) == 5


def test_a_late_file_can_be_read_twice(tmp_path: Path):
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    late = LateFile(path)
    pieces = []
    for _ in range(2):
        late.seek(0)
        pieces.append(io.BytesIO(b"".join(iter(lambda: late.read(2), b""))).getvalue())
    assert pieces == [b"12345", b"12345"]
