"""tus 1.0 in terms of values: what its headers say, read strictly, and what answers carry."""

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from uuid import UUID

from shared.http import ApiError

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,termination,checksum,concatenation"
CONTENT_TYPE = "application/offset+octet-stream"
ALGORITHMS: Mapping[str, Callable[[], Any]] = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "md5": hashlib.md5}
CHECKSUM_MISMATCH = 460
_MOST_DIGITS = 15
_MOST_PARTIALS = 100


@dataclass(frozen=True)
class Checksum:
    """What the bytes of one request must hash to."""

    algorithm: str
    digest: bytes


@dataclass(frozen=True)
class Concat:
    """`Upload-Concat`: a part of a file, or, with `partials`, the file made of such parts."""

    header: str
    partials: tuple[UUID, ...]


def read_size(name: str, value: str | None) -> int:
    """Upload-Length or Upload-Offset. Raises ApiError 400 for what is no size."""
    if not value or not value.isascii() or not value.isdigit() or len(value) > _MOST_DIGITS:
        raise ApiError(400, "invalid_header", f"{name} must be a number of bytes.")
    return int(value)


def read_metadata(value: str | None) -> dict[str, str]:
    """Upload-Metadata: pairs of a key and Base64, parted by commas. Raises ApiError 400."""
    metadata: dict[str, str] = {}
    for pair in filter(None, (pair.strip() for pair in (value or "").split(","))):
        key, _, encoded = pair.partition(" ")
        try:
            metadata[key] = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise ApiError(400, "invalid_header", f"Upload-Metadata: {key[:80]} is not Base64 of UTF-8.") from error
    return metadata


def read_checksum(value: str | None) -> Checksum | None:
    """Upload-Checksum: algorithm and Base64. Raises ApiError 400 for an unknown algorithm and for nonsense."""
    if value is None:
        return None
    algorithm, _, encoded = value.partition(" ")
    if algorithm not in ALGORITHMS:
        raise ApiError(400, "unsupported_checksum", f"Upload-Checksum: one of {', '.join(ALGORITHMS)}.")
    try:
        return Checksum(algorithm, base64.b64decode(encoded, validate=True))
    except binascii.Error as error:
        raise ApiError(400, "invalid_header", "Upload-Checksum is not Base64.") from error


def read_concat(value: str | None) -> Concat | None:
    """Upload-Concat: `partial`, or `final;` and the URLs of the parts in their order. Raises ApiError 400."""
    if value is None:
        return None
    if value == "partial":
        return Concat(value, ())
    kind, _, urls = value.partition(";")
    try:
        partials = tuple(UUID(url.rstrip("/").rpartition("/")[2]) for url in urls.split())
    except ValueError as error:
        raise ApiError(400, "invalid_header", "Upload-Concat names something that is no upload.") from error
    if kind != "final" or not 0 < len(partials) <= _MOST_PARTIALS or len(set(partials)) < len(partials):
        raise ApiError(400, "invalid_header", "Upload-Concat is `partial`, or `final;` and the URLs of the parts.")
    return Concat(value, partials)


def http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)
