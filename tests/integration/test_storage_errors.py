"""Whatever stands where the object storage should be, a storage operation raises OSError: every loop waits for that to pass."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from ingestio.local.ports import LOOPBACK
from ingestio.stack.bucket import ensure_bucket
from ingestio.stack.ready import NotYet
from shared.storage import Storage

KEY = "batches/a/b"
NO_STORE = b"HTTP/1.1 503 Broken\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
A_PAGE = b"HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/html\r\ncontent-length: 4\r\nconnection: close\r\n\r\nAway"
HALF = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\nconnection: close\r\n\r\nthe first bytes"

OPERATIONS: dict[str, Callable[[Storage, Path], Coroutine[Any, Any, Any]]] = {
    "ensure_bucket": lambda storage, _: storage.ensure_bucket(),
    "ping": lambda storage, _: storage.ping(),
    "put": lambda storage, _: storage.put(KEY, b"content"),
    "put_file": lambda storage, file: storage.put_file(KEY, file, media_type="text/plain"),
    "put_file hashed": lambda storage, file: storage.put_file(KEY, file, media_type="text/plain", sha256="0" * 64),
    "copy": lambda storage, _: storage.copy(KEY, "batches/a/c"),
    "get": lambda storage, _: storage.get(KEY),
    "get_file": lambda storage, file: storage.get_file(KEY, file),
    "stream": lambda storage, _: _read(storage),
    "size": lambda storage, _: storage.size(KEY),
    "begin_parts": lambda storage, _: storage.begin_parts(KEY),
    "put_part": lambda storage, _: storage.put_part(KEY, "begun", 1, b"content"),
    "join_parts": lambda storage, _: storage.join_parts(KEY, "begun", ["tag"]),
    "drop_parts": lambda storage, _: storage.drop_parts(KEY, "begun"),
    "delete": lambda storage, _: storage.delete(KEY),
    "delete_prefix": lambda storage, _: storage.delete_prefix("batches/"),
    "pages": lambda storage, _: _list(storage),
}
LISTED = (
    b'<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>ingestio</Name><Prefix></Prefix>'
    b"<KeyCount>1</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated><Contents><Key>batches/a/b</Key>"
    b"<LastModified>2026-03-01T00:00:00.000Z</LastModified><ETag>e</ETag><Size>1</Size></Contents></ListBucketResult>"
)
LISTS = b"HTTP/1.1 200 OK\r\ncontent-type: application/xml\r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % len(
    LISTED
)


@asynccontextmanager
async def answering_with(answer: bytes, *, lists: bool = False) -> AsyncIterator[str]:
    """The storage URL of a server that says this to every request, or lists one object first."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            writer.write(LISTS + LISTED if lists and b"list-type=2" in head else answer)
            await writer.drain()
            writer.close()

    async with await asyncio.start_server(say, LOOPBACK, 0) as server:
        yield f"http://key:secret@{LOOPBACK}:{server.sockets[0].getsockname()[1]}/ingestio"


@pytest.mark.parametrize("answer", [NO_STORE, A_PAGE], ids=["no body", "a page"])
async def test_an_answer_that_is_none_of_a_store_fails_every_operation_plainly(answer: bytes, tmp_path: Path):
    (file := tmp_path / "file").write_bytes(b"content")
    async with answering_with(answer) as url:
        storage = Storage(url)
        ended = await asyncio.gather(*(run(storage, file) for run in OPERATIONS.values()), return_exceptions=True)

    assert {name: type(end).__name__ for name, end in zip(OPERATIONS, ended, strict=True)} == dict.fromkeys(
        OPERATIONS, "OSError"
    )


async def test_deleting_many_fails_plainly_where_only_the_listing_is_answered():
    async with answering_with(NO_STORE, lists=True) as url:
        with pytest.raises(OSError, match="object storage"):
            await Storage(url).delete_prefix("batches/")


async def test_a_body_that_breaks_off_fails_plainly():
    async with answering_with(HALF) as url:
        with pytest.raises(OSError, match="object storage"):
            await _read(Storage(url))


async def test_a_store_that_starts_behind_something_else_is_waited_for():
    async with answering_with(A_PAGE) as url:
        with pytest.raises(NotYet):
            await ensure_bucket(url)


async def _list(storage: Storage) -> None:
    async for _ in storage.pages("batches/"):
        pass


async def _read(storage: Storage) -> bytes:
    return b"".join([chunk async for chunk in storage.stream(KEY)])
