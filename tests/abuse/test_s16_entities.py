"""S16: files whose XML asks for other files, for addresses, or for a billion laughs: nothing is fetched, nothing is shown."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.ingest.inspection import RefusedError, inspect, new_sandbox
from shared.errors import Permanent
from shared.sandbox import Sandbox
from tests.pdf_makers import CATALOG, PAGE, pages, pdf

SECRET = "canary-in-a-file"


class Canary:
    """Whoever connects was made to by a file."""

    def __init__(self) -> None:
        self.visits = 0
        self.port = 0

    def visited(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visits += 1
        writer.close()


@pytest.fixture
async def canary() -> AsyncIterator[Canary]:
    canary = Canary()
    server = await asyncio.start_server(canary.visited, "127.0.0.1", 0)
    canary.port = server.sockets[0].getsockname()[1]
    yield canary
    server.close()


@pytest.fixture(scope="module")
async def sandbox() -> AsyncIterator[Sandbox]:
    sandbox = new_sandbox(children=1)
    yield sandbox
    await sandbox.close()


def document_types(secret: Path, port: int) -> dict[str, str]:
    """Ways to ask for more than is there; each defines `&x;`."""
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return {
        "a file": f'<!DOCTYPE r [<!ENTITY x SYSTEM "{secret.as_uri()}">]>',
        "an address": f'<!DOCTYPE r [<!ENTITY x SYSTEM "http://127.0.0.1:{port}/x">]>',
        "a grammar": f'<!DOCTYPE r SYSTEM "http://127.0.0.1:{port}/x.dtd" [<!ENTITY x "y">]>',
        "a parameter": f'<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:{port}/p"> %p;<!ENTITY x "y">]>',
        "laughs": f'<!DOCTYPE r [<!ENTITY a0 "ha">{laughs}<!ENTITY x "&a9;">]>',
    }


def office(part: str, xml: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", xml)
        archive.writestr(part, xml)
    return out.getvalue()


def a_pdf_with(xml: str, place: str) -> bytes:
    """XML where readers look for it: metadata, a form, an attached file."""
    stream = f"<< /Length {len(xml.encode())} /Type /Metadata /Subtype /XML >>\nstream\n{xml}\nendstream"
    return pdf(CATALOG.replace(" >>", f" {place} 4 0 R >>"), pages("3 0 R", 1), PAGE, stream)


def files(xml: str) -> dict[str, bytes]:
    return {
        "xml": f'<?xml version="1.0"?>{xml}'.encode(),
        "svg": xml.replace("<r>", '<svg xmlns="http://www.w3.org/2000/svg"><text>')
        .replace("</r>", "</text></svg>")
        .encode(),
        "docx": office("word/document.xml", xml),
        "xlsx": office("xl/workbook.xml", xml),
        "pdf metadata": a_pdf_with(xml, "/Metadata"),
        "pdf form": a_pdf_with(xml, "/AcroForm << /XFA"),
    }


async def test_no_entity_brings_anything_from_elsewhere(sandbox: Sandbox, canary: Canary, tmp_path: Path):
    secret = tmp_path / "secret"
    secret.write_text(SECRET)  # a few bytes
    shown, judged = [], 0
    for way, begins in document_types(secret, canary.port).items():
        for kind, content in files(f"{begins}<r>&x;</r>").items():
            path = tmp_path / "file"
            path.write_bytes(content)  # a few bytes
            judged += 1
            try:
                found = await inspect(path, sandbox=sandbox)
            except (RefusedError, Permanent) as refused:
                shown += [f"{way} in {kind}"] if SECRET in refused.message else []
            else:
                shown += [f"{way} in {kind}"] if SECRET in found.model_dump_json() else []

    assert shown == []
    assert canary.visits == 0
    assert judged == 30
