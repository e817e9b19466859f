"""A bucket in memory, as far as shared/storage.py uses minio's client; it fails before or after it has done its work."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import urllib3
from minio.error import S3Error

from tests.faults.simulation.plan import Plan


@dataclass(frozen=True)
class _Listed:
    object_name: str
    size: int
    last_modified: datetime | None = None


@dataclass
class Bucket:
    """Objects by key. Every call may fail as a network does."""

    plan: Plan
    objects: dict[str, bytes] = field(default_factory=dict)

    def bucket_exists(self, _bucket: str) -> bool:
        return True

    def put_object(self, _bucket: str, key: str, body: BytesIO, _length: int, _media_type: str) -> None:
        self._may_fail()
        self.objects[key] = body.read()
        self._may_lose_answer()

    def put_file(self, _bucket: str, key: str, path: Path, _media_type: str, _before_each_part: object) -> None:
        self._may_fail()
        self.objects[key] = path.read_bytes()
        self._may_lose_answer()

    def put_hashed(self, _bucket: str, key: str, file: IO[bytes], _media_type: str) -> None:
        self._may_fail()
        self.objects[key] = file.read()
        self._may_lose_answer()

    def get_object(self, _bucket: str, key: str) -> "_Answer":
        self._may_fail()
        return _Answer(self._found(key))

    def fget_object(self, _bucket: str, key: str, path: str) -> None:
        self._may_fail()
        Path(path).write_bytes(self._found(key))

    def stat_object(self, _bucket: str, key: str) -> _Listed:
        self._may_fail()
        return _Listed(key, len(self._found(key)))

    def remove_object(self, _bucket: str, key: str) -> None:
        self._may_fail()
        self.objects.pop(key, None)
        self._may_lose_answer()

    def list_objects(self, _bucket: str, *, prefix: str, recursive: bool) -> Iterator[_Listed]:
        self._may_fail()
        found = [key for key in self.objects if key.startswith(prefix) and recursive]
        return iter([_Listed(key, len(self.objects[key])) for key in found])

    def remove_objects(self, _bucket: str, names: list[Any]) -> list[Any]:
        self._may_fail()
        for name in names:
            self.objects.pop(name.name, None)
        self._may_lose_answer()
        return []

    def _found(self, key: str) -> bytes:
        if key not in self.objects:
            raise S3Error(
                response=None,  # type: ignore[arg-type]  # nobody looks into it
                code="NoSuchKey",
                message="",
                resource=key,
                request_id="",
                host_id="",
            )
        return self.objects[key]

    def _may_fail(self) -> None:
        if self.plan.strikes("storage fails"):
            raise urllib3.exceptions.ProtocolError("reset")

    def _may_lose_answer(self) -> None:
        if self.plan.strikes("storage answer lost"):
            raise urllib3.exceptions.ReadTimeoutError(None, "", "no answer")  # type: ignore[arg-type]  # as above


class _Answer(BytesIO):
    """A response's body."""

    def release_conn(self) -> None:
        """There is no connection."""
