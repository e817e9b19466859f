"""The multipart form of a new batch: files go straight to disk while their hash is taken, fields stay small."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO
from uuid import uuid4

from fastapi import HTTPException, Request
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from services.ingest.file_names import clean_file_name
from services.ingest.plans import FileAllowance
from services.ingest.request_body import CutOffError, body_of
from shared.http import ApiError
from shared.metrics import UPLOAD_BYTES

_MAX_FIELD = 1024 * 1024
_MAX_FIELDS = 64

# So much of a large file is hashed and written at a time, beside the event loop, which receives what comes meanwhile; or
# so many chunks, as a client may send a byte at a time and each chunk is kept as it came.
_PIECE = 1024 * 1024
_MOST_CHUNKS = 256


@dataclass
class ReceivedFile:
    """A file on disk. Bytes past the limit were counted and dropped: `too_large`."""

    name: str
    path: Path
    size: int = 0
    sha256: str = ""
    too_large: bool = False


@dataclass
class ReceivedForm:
    fields: dict[str, str] = field(default_factory=dict)
    files: list[ReceivedFile] = field(default_factory=list)


class Forms:
    """Receives forms. It has threads of its own: all others may be waiting for the storage."""

    def __init__(self, *, max_file_size: int, folder: Path) -> None:
        """Files of at most so many bytes are written under `folder`."""
        self._max_file_size = max_file_size
        self._folder = folder
        self._threads = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="spool")

    @asynccontextmanager
    async def received(self, request: Request, *, allowance: FileAllowance) -> AsyncIterator[ReceivedForm]:
        """Read the body once, in constant memory; its files are on disk while the block runs.

        Raises ApiError: 415 for another content type, 400 for a broken or cut-off body, 413 for a field that is too large and
        for more in all than the route takes, and the allowance's own refusal for one file too many.
        """
        with TemporaryDirectory(prefix="ingestio-", dir=self._folder) as folder:
            receiver = _Receiver(Path(folder), max_file_size=self._max_file_size, allowance=allowance)
            yield await _receive(request, receiver, threads=self._threads)

    async def close(self) -> None:
        await asyncio.to_thread(self._threads.shutdown)


async def _receive(request: Request, receiver: "_Receiver", *, threads: ThreadPoolExecutor) -> ReceivedForm:
    content_type, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary")
    if content_type != b"multipart/form-data" or not boundary:
        raise ApiError(415, "unsupported_media_type", "Send the batch as multipart/form-data.")
    try:
        parser = MultipartParser(boundary, receiver.callbacks())  # type: ignore[arg-type]  # a dict of its own type
        async for chunk in body_of(request):
            parser.write(chunk)
            if receiver.has_piece:
                await asyncio.get_running_loop().run_in_executor(threads, receiver.spool)
        parser.finalize()
    except (MultipartParseError, CutOffError) as error:
        raise ApiError(400, "broken_form", "The multipart body is broken or cut off. Send it again.") from error
    except HTTPException as error:  # the route's own limit
        detail = "This is too much for one form. Send it by resumable uploads: POST /api/batches/open."
        raise ApiError(413, "form_too_large", detail) from error
    finally:
        receiver.close()
    if not receiver.ended:
        raise ApiError(400, "broken_form", "The multipart body is broken or cut off. Send it again.")
    return receiver.form


class _Receiver:
    """Takes the parser's callbacks; one part at a time is open, either a file or a field."""

    def __init__(self, folder: Path, *, max_file_size: int, allowance: FileAllowance) -> None:
        self._folder = folder
        self._max_file_size = max_file_size
        self._allowance = allowance
        self.form = ReceivedForm()
        self.ended = False
        self._header_name = b""
        self._header_value = b""
        self._headers: dict[bytes, bytes] = {}
        self._file: ReceivedFile | None = None
        self._sink: BinaryIO | None = None
        self._hash: Any = None
        self._chunks: list[memoryview] = []
        self._waiting = 0
        self._field = bytearray()

    def callbacks(self) -> dict[str, Callable[..., None]]:
        return {
            "on_part_begin": self._part_begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value_data,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._part_data,
            "on_part_end": self._part_end,
            "on_end": self._end,
        }

    @property
    def has_piece(self) -> bool:
        return self._waiting >= _PIECE or len(self._chunks) >= _MOST_CHUNKS

    def spool(self) -> None:
        """Hash and write what has come of the file."""
        assert self._sink
        for chunk in self._chunks:
            self._hash.update(chunk)
            self._sink.write(chunk)
        self._chunks.clear()
        self._waiting = 0

    def close(self) -> None:
        """Where a request was given up, also under a thread that still writes: nobody reads that file."""
        if self._sink:
            self._sink.close()

    def _part_begin(self) -> None:
        self._headers = {}

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _header_value_data(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._header_name.lower()] = self._header_value
        self._header_name, self._header_value = b"", b""

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._name = options.get(b"name", b"").decode(errors="replace")
        self._field = bytearray()
        if b"filename" not in options:
            if len(self.form.fields) >= _MAX_FIELDS:
                raise ApiError(413, "too_many_fields", f"A form may have {_MAX_FIELDS} fields.")
            return
        if len(self.form.files) >= self._allowance.files:
            raise self._allowance.refusal
        name = clean_file_name(options[b"filename"].decode(errors="replace"))
        self._file = ReceivedFile(name, self._folder / uuid4().hex)
        self._sink = self._file.path.open("wb")
        self._hash = hashlib.sha256()

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if self._file is None:
            self._field += data[start:end]
            if len(self._field) > _MAX_FIELD:
                raise ApiError(413, "field_too_large", f"The field {self._name[:80]} is larger than 1 MB.")
            return
        self._file.size += end - start
        if self._file.size > self._max_file_size:
            self._file.too_large = True
            return
        self._chunks.append(memoryview(data)[start:end])
        self._waiting += end - start

    def _part_end(self) -> None:
        if self._file is None:
            self.form.fields[self._name] = self._field.decode(errors="replace")
            return
        assert self._sink
        self.spool()
        self._sink.close()
        self._file.sha256 = self._hash.hexdigest()
        self.form.files.append(self._file)
        UPLOAD_BYTES.inc(self._file.size)
        self._file = self._sink = None

    def _end(self) -> None:
        self.ended = True
