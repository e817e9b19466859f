"""Objects that come in parts, or as one body whose hash is known. The minio SDK keeps these calls to itself; only this place uses them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from io import FileIO
from pathlib import Path
from typing import Any

from minio import Minio
from minio.datatypes import Part


class HashedFile(FileIO):
    """A file whose SHA-256 is known already. The SDK would read all of it once more to sign it."""

    def __init__(self, path: Path, sha256: str) -> None:
        super().__init__(path)
        self.headers = {"Content-Length": str(path.stat().st_size), "x-amz-content-sha256": sha256}


class BeforeEachPart:
    """Is called by the SDK with each part that it has read and not yet sent."""

    def __init__(self, call: Callable[[], None]) -> None:
        self._call = call

    def set_meta(self, object_name: str, total_length: int) -> None:
        """Nobody asked."""

    def update(self, length: int) -> None:
        del length
        self._call()


class PartsClient(Minio):
    """minio's client with S3's multipart uploads opened up. Raises what the SDK raises."""

    def put_hashed(self, bucket: str, key: str, file: HashedFile, media_type: str) -> None:
        """In one request, a piece of the file at a time. A store that checks hashes refuses what is not that file."""
        self._execute("PUT", bucket, key, body=file, headers={"Content-Type": media_type})  # type: ignore[arg-type]  # as urllib3 takes it

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
