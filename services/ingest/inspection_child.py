"""Runs inside the sandbox: one pass over a file gives its type, its pages and its text layer, or why it is refused."""

import functools
from typing import Any, BinaryIO

import orjson
import pypdfium2.raw as pdfium

from services.ingest.images import check_image
from services.ingest.media_type import media_type_of
from services.ingest.page_count import count_pages, open_pdf
from services.ingest.refusal import RefusedError
from services.ingest.text_layer import text_layer
from shared.problems import Category


def inspect_file(_request: dict[str, Any], file: BinaryIO) -> bytes:
    """JSON of an Inspection, or `{"refused": category, "message": text}`."""
    try:
        media_type, layer = _read(file.read())
    except RefusedError as refused:
        return orjson.dumps({"refused": refused.category, "message": refused.message})
    return orjson.dumps({"media_type": media_type, "pages": len(layer), "layer": {"pages": layer}})


def _read(raw: bytes) -> tuple[str, list[dict[str, Any]]]:
    if not raw:
        raise RefusedError(Category.EMPTY_FILE, "The file is empty.")
    match media_type := media_type_of(raw[:1024]):
        case "application/pdf":
            return media_type, _read_pdf(raw)
        case "image/png" | "image/jpeg":
            return media_type, check_image(raw, "PNG" if media_type == "image/png" else "JPEG")
        case None:
            raise RefusedError(Category.UNSUPPORTED_TYPE, "The content is no PDF, JPG or PNG.")


def _read_pdf(raw: bytes) -> list[dict[str, Any]]:
    _start_pdfium()
    document = open_pdf(raw)
    try:
        return text_layer(document, count_pages(document, raw))
    finally:
        pdfium.FPDF_CloseDocument(document)


@functools.cache
def _start_pdfium() -> None:
    pdfium.FPDF_InitLibrary()
