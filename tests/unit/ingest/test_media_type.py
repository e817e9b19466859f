import pytest

from services.ingest.media_type import media_type_of

PDF = b"%PDF-1.7\n"


@pytest.mark.parametrize(
    ("start", "media_type"),
    [
        (PDF, "application/pdf"),
        (b"some junk a mail program put there\n" + PDF, "application/pdf"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\xff\xd8\xff\xe0" + PDF, "image/jpeg"),
    ],
)
def test_a_type_follows_from_the_first_bytes(start: bytes, media_type: str) -> None:
    assert media_type_of(start) == media_type


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"plain text",
        b"GIF89a",
        b"PK\x03\x04" + PDF,
        b"MZ" + PDF,
        b"<html><script>" + PDF,
        b" <svg xmlns='http://www.w3.org/2000/svg'>" + PDF,
        b"#!/bin/sh\n" + PDF,
        b"x" * 1024 + PDF,
    ],
)
def test_everything_else_is_not_read(start: bytes) -> None:
    assert media_type_of(start) is None
