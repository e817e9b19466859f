"""The form of a new batch, as it comes in chunks of any size."""

import asyncio
import hashlib
import os
import random
import tracemalloc
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.types import Message

from services.ingest.form import Forms, ReceivedForm
from services.ingest.plans import FileAllowance
from shared.http import ApiError

MB = 1024 * 1024
MOST = 4 * MB
REFUSAL = ApiError(413, "too_many_files", "One form may have nine files.")


@pytest.mark.parametrize("chunk", [5_000, 65_536, 5 * MB])
async def test_files_of_any_size_arrive_whole(tmp_path: Path, chunk: int):
    sizes = [0, 17, MB - 1, MB, MB + 1, 3 * MB + 5]
    contents = [random.Random(size).randbytes(size) for size in sizes]
    async with _received(contents, tmp_path, chunk=chunk) as form:
        assert [file.size for file in form.files] == sizes
        assert [file.path.read_bytes() for file in form.files] == contents
        assert [file.sha256 for file in form.files] == [hashlib.sha256(content).hexdigest() for content in contents]
        assert form.fields == {"prompt": "The total."}
    assert not await asyncio.to_thread(os.listdir, tmp_path)


async def test_what_is_past_the_limit_of_a_file_is_dropped_and_counted(tmp_path: Path):
    async with _received([bytes(MOST + 70_000), b"after it"], tmp_path, chunk=65_536) as form:
        large, small = form.files
        assert (large.too_large, large.size) == (True, MOST + 70_000)
        assert large.path.stat().st_size <= MOST
        assert (small.too_large, small.path.read_bytes()) == (False, b"after it")


async def test_a_file_that_comes_byte_by_byte_takes_no_more_memory(tmp_path: Path):
    content = random.Random(0).randbytes(3_000)
    tracemalloc.start()
    async with _received([content], tmp_path, chunk=1) as form:
        assert form.files[0].path.read_bytes() == content
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 100 * len(content)  # five times as much where each byte is kept as a chunk of its own


@asynccontextmanager
async def _received(contents: Sequence[bytes], folder: Path, *, chunk: int) -> AsyncIterator[ReceivedForm]:
    body = b'--X\r\nContent-Disposition: form-data; name="prompt"\r\n\r\nThe total.\r\n'
    for content in contents:
        body += b'--X\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n' + content + b"\r\n"
    coming = _chunks(body + b"--X--\r\n", chunk)

    async def receive() -> Message:
        return await anext(coming)

    headers = [(b"content-type", b"multipart/form-data; boundary=X")]
    request = Request({"type": "http", "method": "POST", "headers": headers}, receive)
    forms = Forms(max_file_size=MOST, folder=folder)
    async with forms.received(request, allowance=FileAllowance(9, REFUSAL)) as form:
        yield form
    await forms.close()


async def _chunks(body: bytes, size: int) -> AsyncIterator[Message]:
    for start in range(0, len(body), size):
        yield {"type": "http.request", "body": body[start : start + size], "more_body": start + size < len(body)}
