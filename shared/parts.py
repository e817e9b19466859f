"""Objects that come in parts, or as one body whose hash is known. The minio SDK keeps these calls to itself; only this place uses them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from io import BufferedReader, FileIO
from pathlib import Path
from typing import Any

from minio import Minio
from minio.datatypes import Part


class HashedFile(FileIO):
    """A file whose SHA-256 is known already. The SDK would read all of it once more to sign it."""

    def __init__(self, path: Path, sha256: str) -> None:
        super().__init__(path)
        self.headers = {"Content-Length": str(path.stat().st_size), "x-amz-content-sha256": sha256}


class WatchedFile(BufferedReader):
    """A file that calls `before_each_read`. What that raises ends what reads it."""

    def __init__(self, path: Path, before_each_read: Callable[[], None]) -> None:
        super().__init__(FileIO(path))
        self._before_each_read = before_each_read

    def read(self, size: int | None = -1, /) -> bytes:
        self._before_each_read()
        return super().read(size)


class PartsClient(Minio):
    """minio's client with S3's multipart uploads opened up. Raises what the SDK raises."""

    def put_hashed(self, bucket: str, key: str, file: HashedFile, media_type: str) -> None:
        """In one request, a piece of the file at a time. A store that checks hashes refuses what is not that file."""
        self._execute("PUT", bucket, key, body=file, headers={"Content-Type": media_type})  # type: ignore[arg-type]  # as urllib3 takes it

    def put_file(
        self, bucket: str, key: str, path: Path, media_type: str, before_each_part: Callable[[], None]
    ) -> None:
        """Part after part: files come side by side as it is, and each part under way is held in memory."""
        with WatchedFile(path, before_each_part) as file:
            self.put_object(bucket, key, file, path.stat().st_size, media_type, num_parallel_uploads=1)

    def _build_headers(
        self, host: str, headers: Any = None, body: Any = None, creds: Any = None
    ) -> tuple[Any, datetime]:
        if not isinstance(body, HashedFile):
            return super()._build_headers(host, headers, body, creds)
        built, date = super()._build_headers(host, headers, None, creds)
        return built | body.headers, date

    def begin(self, bucket: str, key: str) -> str:
        return str(self._create_multipart_upload(bucket, key, {}))

    def put_part(self, bucket: str, key: str, begun: str, number: int, body: bytes) -> str:
        return str(self._upload_part(bucket, key, body, None, begun, number))

    def join(self, bucket: str, key: str, begun: str, tags: Sequence[str]) -> None:
        parts = [Part(number, tag) for number, tag in enumerate(tags, start=1)]
        self._complete_multipart_upload(bucket, key, begun, parts)

    def drop(self, bucket: str, key: str, begun: str) -> None:
        self._abort_multipart_upload(bucket, key, begun)
