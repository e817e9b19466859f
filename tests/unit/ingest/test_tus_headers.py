"""What the headers of tus say, and that nonsense in them is refused with a reason."""

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from services.ingest.tus import Concat, http_date, read_checksum, read_concat, read_metadata, read_size
from shared.http import ApiError


def in_base64(text: str) -> str:
    return b64encode(text.encode()).decode()


def test_metadata_is_pairs_of_key_and_base64():
    header = f"filename {in_base64('März, 1.pdf')}, batch_id {in_base64('b')},is_final"
    assert read_metadata(header) == {"filename": "März, 1.pdf", "batch_id": "b", "is_final": ""}


@pytest.mark.parametrize("header", [None, "", " , "])
def test_no_metadata_is_no_error(header: str | None):
    assert read_metadata(header) == {}


@pytest.mark.parametrize(("text", "size"), [("0", 0), ("52428800", 52_428_800)])
def test_a_size_is_a_number(text: str, size: int):
    assert read_size("Upload-Length", text) == size


def test_a_checksum_is_algorithm_and_digest():
    checksum = read_checksum("sha1 AAEC")
    assert checksum
    assert (checksum.algorithm, checksum.digest) == ("sha1", b"\0\1\2")


def test_a_partial_upload_names_no_others():
    assert read_concat("partial") == Concat("partial", ())


def test_a_final_upload_names_its_parts_by_any_kind_of_url():
    first, second = uuid4(), uuid4()
    concat = read_concat(f"final;/api/uploads/{first} https://example.org/api/uploads/{second}/")
    assert concat
    assert concat.partials == (first, second)


TWICE = UUID(int=1)


@pytest.mark.parametrize(
    "read",
    [
        lambda: read_metadata("filename %%%"),
        lambda: read_metadata("filename /w=="),
        lambda: read_size("Upload-Offset", None),
        lambda: read_size("Upload-Offset", "-1"),
        lambda: read_size("Upload-Offset", "٣"),
        lambda: read_size("Upload-Offset", "9" * 16),
        lambda: read_checksum("crc32 AAAA"),
        lambda: read_checksum("sha1 %"),
        lambda: read_concat("final"),
        lambda: read_concat("final;/api/uploads/1"),
        lambda: read_concat(f"final;{TWICE} {TWICE}"),
        lambda: read_concat(f"partial;{TWICE}"),
    ],
)
def test_nonsense_is_refused(read: Callable[[], object]):
    with pytest.raises(ApiError) as refused:
        read()
    assert refused.value.status == 400


def test_dates_are_as_http_writes_them():
    assert http_date(datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)) == "Sun, 22 Nov 2026 03:04:05 GMT"
