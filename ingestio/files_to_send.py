"""Which files go into a batch, and how they are read: a piece at a time, one open at a time."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

_ENDINGS = {".pdf", ".jpg", ".jpeg", ".png"}


class NothingToSendError(Exception):
    """No file was found where the user pointed."""


def find_files(paths: Iterable[Path]) -> list[Path]:
    """Files as given; of folders, and the folders in them, the PDF, JPG and PNG files by name.

    Raises NothingToSendError.
    """
    found = [file for path in paths for file in _files_of(path)]
    if not found:
        raise NothingToSendError("There is no PDF, JPG or PNG file here.")
    return found


def left_out(paths: Iterable[Path]) -> int:
    """How many files in these folders are none of those by name; hidden ones do not count."""
    inside = (file for path in paths if path.is_dir() for file in path.rglob("*"))
    return sum(file.is_file() and file.suffix.lower() not in _ENDINGS and file.name[0] != "." for file in inside)


def _files_of(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(file for file in path.rglob("*") if file.suffix.lower() in _ENDINGS and file.is_file())
    elif path.is_file():
        yield path
    else:
        raise NothingToSendError(f"There is no {path}.")


class LateFile:
    """A file that is opened when it is read and closed at its end: a batch of thousands needs one at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._size = path.stat().st_size
        self._file: BinaryIO | None = None

    def tell(self) -> int:
        return self._file.tell() if self._file else 0

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """To the beginning, or to the end just to learn the size."""
        if whence == os.SEEK_END:
            return self._size
        self._close()
        return offset

    def read(self, size: int = -1) -> bytes:
        self._file = self._file or self._path.open("rb")
        piece = self._file.read(size)
        if not piece:
            self._close()
        return piece

    def _close(self) -> None:
        if self._file:
            self._file.close()
            self._file = None
