"""Object storage over S3, by the minio SDK: whole objects, files, and prefixes. The SDK blocks, so it runs in threads."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from urllib.parse import unquote, urlsplit

import urllib3
from minio.commonconfig import CopySource
from minio.deleteobjects import DeleteObject
from minio.error import MinioException, S3Error

from shared.metrics import STORAGE_OPERATIONS, STORAGE_SECONDS
from shared.parts import HashedFile, PartsClient

_CHUNK = 256 * 1024
_LISTED_AT_ONCE = 1000


class ObjectMissingError(Exception):
    """There is no object under this key, or no such begun one: it was deleted, or never written."""


class Storage:
    """One bucket. Raises OSError (urllib3's and S3's trouble included) where trying again may help."""

    def __init__(self, url: str) -> None:
        """`url` is `http://key:secret@host:port/bucket`."""
        parts = urlsplit(url)
        self.bucket = parts.path.strip("/")
        self._client = PartsClient(
            f"{parts.hostname}:{parts.port}",
            access_key=unquote(parts.username or ""),
            secret_key=unquote(parts.password or ""),
            secure=parts.scheme == "https",
            region="us-east-1",
            http_client=urllib3.PoolManager(
                timeout=urllib3.Timeout(connect=5, read=60),
                maxsize=16,
                blocksize=_CHUNK,
                retries=urllib3.Retry(total=3, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504]),
            ),
        )

    async def ping(self) -> None:
        """Ask for an object that every identity may see, there or not. Raises OSError."""
        with contextlib.suppress(ObjectMissingError):
            await _in_thread(self._client.stat_object, self.bucket, ".ready")

    async def ensure_bucket(self) -> None:
        """Make the bucket where it is missing."""
        if not await _in_thread(self._client.bucket_exists, self.bucket):
            await _in_thread(self._client.make_bucket, self.bucket)

    async def put(self, key: str, body: bytes, *, media_type: str = "application/octet-stream") -> None:
        await _in_thread(self._client.put_object, self.bucket, key, BytesIO(body), len(body), media_type)

    async def put_file(
        self,
        key: str,
        path: Path,
        *,
        media_type: str,
        sha256: str | None = None,
        before_each_part: Callable[[], None] = lambda: None,
    ) -> None:
        """`sha256` of the file, where it is known in hexadecimal, saves reading it twice.

        What `before_each_part` of 5 MiB raises, in a thread, ends it and leaves no object; with `sha256` there are no parts.
        """
        if sha256:
            with HashedFile(path, sha256) as file:
                await _in_thread(self._client.put_hashed, self.bucket, key, file, media_type)
            return
        await _in_thread(self._client.put_file, self.bucket, key, path, media_type, before_each_part)

    async def copy(self, source: str, key: str) -> None:
        """Copy an object inside the store. Raises ObjectMissingError."""
        await _in_thread(self._client.copy_object, self.bucket, key, CopySource(self.bucket, source))

    async def get(self, key: str) -> bytes:
        """The whole object. Raises ObjectMissingError."""
        return await _in_thread(self._read, key)

    async def get_file(self, key: str, path: Path) -> None:
        """Write the object to a local file. Raises ObjectMissingError."""
        await _in_thread(self._client.fget_object, self.bucket, key, str(path))

    async def stream(self, key: str) -> AsyncIterator[bytes]:
        """The object in chunks, in constant memory. Raises ObjectMissingError."""
        response = await _in_thread(self._client.get_object, self.bucket, key)
        try:
            while chunk := await _next_chunk(response):
                yield chunk
        finally:
            response.close()
            response.release_conn()

    async def size(self, key: str) -> int:
        """Bytes of the object. Raises ObjectMissingError."""
        return (await _in_thread(self._client.stat_object, self.bucket, key)).size or 0

    async def begin_parts(self, key: str) -> str:
        """Begin an object that comes in parts; returns the id to name it by."""
        return await _in_thread(self._client.begin, self.bucket, key)

    async def put_part(self, key: str, begun: str, number: int, body: bytes) -> str:
        """Store part `number`, from 1, of at least 5 MiB unless it is the last; returns its tag.

        The same number again replaces the part. Raises ObjectMissingError when the object is joined or dropped already.
        """
        return await _in_thread(self._client.put_part, self.bucket, key, begun, number, body)

    async def join_parts(self, key: str, begun: str, tags: Sequence[str]) -> None:
        """Make the object of its parts, whose tags are in their order. Raises ObjectMissingError."""
        await _in_thread(self._client.join, self.bucket, key, begun, tags)

    async def drop_parts(self, key: str, begun: str) -> None:
        """Give up an object that is not joined yet; one that is joined or dropped already stays as it is."""
        with contextlib.suppress(ObjectMissingError):
            await _in_thread(self._client.drop, self.bucket, key, begun)

    async def delete(self, key: str) -> None:
        """Delete an object; one that is not there is no error."""
        await _in_thread(self._client.remove_object, self.bucket, key)

    async def delete_prefix(self, prefix: str) -> int:
        """Delete all objects under a prefix; returns how many there were."""
        return await _in_thread(self._delete_prefix, prefix)

    async def pages(self, prefix: str) -> AsyncIterator[list[tuple[str, datetime]]]:
        """All keys under a prefix and when they were last written, up to a thousand at a time."""
        found = self._client.list_objects(self.bucket, prefix=prefix, recursive=True)

        def list_some() -> list[Any]:
            return list(islice(found, _LISTED_AT_ONCE))

        while page := await _in_thread(list_some):
            yield [(str(item.object_name), item.last_modified or datetime.now(UTC)) for item in page]

    def _read(self, key: str) -> bytes:
        response = self._client.get_object(self.bucket, key)
        try:
            return bytes(response.read())
        finally:
            response.close()
            response.release_conn()

    def _delete_prefix(self, prefix: str) -> int:
        names = [item.object_name for item in self._client.list_objects(self.bucket, prefix=prefix, recursive=True)]
        errors = list(self._client.remove_objects(self.bucket, [DeleteObject(name) for name in names]))
        if errors:
            raise OSError(f"{len(errors)} objects under the prefix could not be deleted")
        return len(names)


P = ParamSpec("P")
R = TypeVar("R")


async def _in_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    name, began, outcome = function.__name__.strip("_<>"), time.monotonic(), "error"
    try:
        with _plain_errors():
            result = await asyncio.to_thread(function, *args, **kwargs)
    except ObjectMissingError:
        outcome = "missing"
        raise
    else:
        outcome = "ok"
        return result
    finally:
        STORAGE_OPERATIONS.labels(name, outcome).inc()
        STORAGE_SECONDS.labels(name).observe(time.monotonic() - began)


async def _next_chunk(response: urllib3.BaseHTTPResponse) -> bytes:
    with _plain_errors():
        return await asyncio.to_thread(response.read, _CHUNK)


@contextlib.contextmanager
def _plain_errors() -> Iterator[None]:
    """Raises ObjectMissingError and OSError instead of what the SDK and the client below it raise."""
    try:
        yield
    except S3Error as error:
        if error.code in {"NoSuchKey", "NoSuchUpload", "NoSuchBucket"}:
            raise ObjectMissingError(error.code) from error
        raise OSError(f"object storage: {error.code}") from error
    except (MinioException, urllib3.exceptions.HTTPError) as error:  # the former of an answer that no S3 store gives
        raise OSError(f"object storage: {type(error).__name__}") from error
