"""Tells PDF, JPEG and PNG by their first bytes; names and declared types are not asked."""

from typing import Literal

MediaType = Literal["application/pdf", "image/jpeg", "image/png"]

_PDF_HEADER_WITHIN = 1024
# Readers find a PDF behind junk. Where the junk is a file of another kind, the other kind may be what people open.
_OTHER_KINDS = (b"<", b"MZ", b"PK", b"GIF8", b"\x7fELF", b"#!", b"RIFF", b"\xd0\xcf\x11\xe0", b"{", b"II*\0", b"MM\0*")


def media_type_of(start: bytes) -> MediaType | None:
    """Judge by the first kilobyte (or more). None for everything that is not read here."""
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if start.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if start.lstrip().startswith(_OTHER_KINDS):
        return None
    return "application/pdf" if b"%PDF-" in start[:_PDF_HEADER_WITHIN] else None
