"""S03, S04, S05: files that are two things, unpack without end, or were broken on purpose: judged or refused, never harm."""

import io
import time
import zipfile
import zlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from PIL import Image

from services.ingest.inspection import Inspection, RefusedError, inspect, new_sandbox
from shared.errors import Category, Permanent
from shared.sandbox import Sandbox
from tests.abuse.mutations import mutated
from tests.pdf_makers import CATALOG, PAGE, one_page, pages, pdf

SEED, QUICK = 20261122, 500
PDF = one_page()
LIMIT_SECONDS = 30


@pytest.fixture(scope="module")
async def sandbox() -> AsyncIterator[Sandbox]:
    sandbox = new_sandbox(children=2)
    yield sandbox
    await sandbox.close()


def written(file: Path, content: bytes) -> Path:
    file.write_bytes(content)
    return file


async def judged(sandbox: Sandbox, file: Path, content: bytes) -> str:
    """Its type, or why it is refused. Anything else, a crash of ours among it, is raised."""
    try:
        found = await inspect(written(file, content), sandbox=sandbox)
    except (RefusedError, Permanent) as refused:
        return refused.category.value
    assert isinstance(found, Inspection)
    assert found.pages == len(found.layer.pages) > 0
    return found.media_type


def an_image(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(out, kind)
    return out.getvalue()


def a_zip(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return out.getvalue()


OTHERS = {
    "html": b"<!doctype html><script>alert(1)</script>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "svg with entities": b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
    "xml bomb": b'<!DOCTYPE l [<!ENTITY a "' + b"ha" * 50 + b'">]><l>&a;</l>',
    "docx": a_zip("[Content_Types].xml", "word/document.xml"),
    "xlsx": a_zip("[Content_Types].xml", "xl/workbook.xml"),
    "jar": a_zip("META-INF/MANIFEST.MF"),
    "zip": a_zip("a.pdf"),
    "exe": b"MZ" + bytes(200),
    "elf": b"\x7fELF" + bytes(200),
    "script": b"#!/bin/sh\nid\n",
    "office 97": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(200),
    "rtf": rb"{\rtf1\ansi{\object}}",
    "gif": an_image("GIF"),
    "webp": an_image("WEBP"),
    "tiff": an_image("TIFF"),
    "bmp": an_image("BMP"),
    "postscript": b"%!PS-Adobe-3.0\n(/etc/passwd) (r) file",
    "php": b"<?php system($_GET['x']); ?>",
    "python": b"import os\nos.system('id')\n",
    "json": b'{"a": 1}',
    "tar": b"a.pdf".ljust(257, b"\0") + b"ustar\x0000",
    "gzip": b"\x1f\x8b\x08" + bytes(60),
    "7z": b"7z\xbc\xaf\x27\x1c" + bytes(60),
    "mp4": b"\0\0\0\x18ftypmp42" + bytes(60),
    "class": b"\xca\xfe\xba\xbe" + bytes(60),
    "text": b"hello",
    "spaces": b" " * 2000,
    "zeros": bytes(2000),
    "utf-16": "Hello".encode("utf-16"),
}
PNG, JPEG = an_image("PNG"), an_image("JPEG")


def polyglots() -> dict[str, bytes]:
    """Every kind of other file, alone and before a PDF; behind one the PDF is what readers open."""
    found = dict(OTHERS)
    found |= {f"{name}, then a pdf": other + b"\n" + PDF for name, other in OTHERS.items()}
    found |= {f"an image cut short, then {name}": PNG[:40] + other for name, other in OTHERS.items()}
    return found


# A header of a PDF behind something that is no program and no page is read as PDF, as every reader does.
HARMLESS_BEFORE_A_PDF = {
    "postscript",
    "text",
    "spaces",
    "zeros",
    "python",
    "utf-16",
    "gzip",
    "7z",
    "mp4",
    "class",
    "tar",
    "bmp",
}


@pytest.mark.parametrize("name", polyglots())
async def test_a_file_is_what_its_content_says(sandbox: Sandbox, tmp_path: Path, name: str):
    verdict = await judged(sandbox, tmp_path / "file", polyglots()[name])
    allowed = {"unsupported_type", "unreadable", "empty_file", "page_count_disputed", "no_pages"}
    if name.removesuffix(", then a pdf") in HARMLESS_BEFORE_A_PDF and name.endswith("pdf"):
        allowed |= {"application/pdf"}

    assert verdict in allowed


@pytest.mark.parametrize(("before", "verdict"), [(PDF, "application/pdf"), (PNG, "image/png"), (JPEG, "image/jpeg")])
@pytest.mark.parametrize("name", OTHERS)
async def test_what_hangs_behind_a_good_file_is_not_looked_at(
    sandbox: Sandbox, tmp_path: Path, name: str, before: bytes, verdict: str
):
    assert await judged(sandbox, tmp_path / "file", before + OTHERS[name]) in {
        verdict,
        "unreadable",
        "page_count_disputed",
    }


PAGE_OF_MUCH = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R >>"


def packed(megabytes: int) -> bytes:
    flat = zlib.compress(bytes(megabytes << 20), 9)
    return f"<< /Length {len(flat)} /Filter /FlateDecode >>\nstream\n".encode() + flat + b"\nendstream"


def packed_twice(megabytes: int) -> bytes:
    nested = zlib.compress(zlib.compress(bytes(megabytes << 20), 9), 9)
    start = f"<< /Length {len(nested)} /Filter [/FlateDecode /FlateDecode] >>\nstream\n"
    return start.encode() + nested + b"\nendstream"


def a_wide_picture() -> bytes:
    picture = bytearray(PNG)
    picture[16:24] = (30_000).to_bytes(4, "big") * 2
    return bytes(picture)


# Made when their turn comes: some take a second.
BOMBS: dict[str, Callable[[], bytes]] = {
    "a page of a hundred megabytes": lambda: pdf(CATALOG, pages("3 0 R", 1), PAGE_OF_MUCH, packed(100)),
    "a page packed twice": lambda: pdf(CATALOG, pages("3 0 R", 1), PAGE_OF_MUCH, packed_twice(200)),
    "a million pages": lambda: pdf(CATALOG, pages(" ".join(["3 0 R"] * 1_000_000), 1_000_000), PAGE),
    "a tree that loops": lambda: pdf(CATALOG, pages("2 0 R", 1)),
    "a thousand million pages": lambda: pdf(CATALOG, pages("3 0 R", 1_000_000_000), PAGE),
    "thirty thousand pixels square": a_wide_picture,
    "a deep dictionary": lambda: pdf(CATALOG, pages("3 0 R", 1), PAGE, "<</A " * 20_000 + "1" + ">>" * 20_000),
    "a page as large as a country": lambda: pdf(CATALOG, pages("3 0 R", 1), PAGE.replace("200 100", "1e9 1e9")),
    "zeros to the limit": lambda: PDF + bytes(40 << 20),
}


@pytest.mark.parametrize("name", BOMBS)
async def test_a_bomb_ends_in_time_and_the_next_file_is_read(sandbox: Sandbox, tmp_path: Path, name: str):
    bomb, began = BOMBS[name](), time.monotonic()
    verdict = await judged(sandbox, tmp_path / "file", bomb)

    assert time.monotonic() - began < LIMIT_SECONDS
    assert verdict == "application/pdf" or verdict in set(Category)
    assert await judged(sandbox, tmp_path / "next", PDF) == "application/pdf"


async def test_broken_files_are_judged_and_the_next_is_read(sandbox: Sandbox, tmp_path: Path):
    found = [await judged(sandbox, tmp_path / "file", content) for content in mutated(QUICK, seed=SEED)]

    assert len(found) == QUICK
    assert {"application/pdf", "unreadable"} <= set(found)
    assert await judged(sandbox, tmp_path / "next", PDF) == "application/pdf"
