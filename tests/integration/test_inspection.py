"""Files of every kind through the sandbox, hostile ones too."""

import io
import struct
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pypdf
import pytest
import pytest_asyncio
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfgen.canvas import Canvas

from services.ingest.inspection import Inspection, RefusedError, inspect, new_sandbox
from shared.errors import Category, Permanent
from shared.pages import Word
from shared.sandbox import Sandbox
from tests.pdf_makers import CATALOG, PAGE, one_page, pages, pdf


@pytest_asyncio.fixture(scope="module")
async def sandbox() -> AsyncIterator[Sandbox]:
    one = new_sandbox(children=1)
    yield one
    await one.close()


class Inspector:
    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self._sandbox = sandbox
        self._path = folder / "upload"

    async def __call__(self, content: bytes) -> Inspection:
        self._path.write_bytes(content)
        return await inspect(self._path, sandbox=self._sandbox)


@pytest.fixture
def inspecting(sandbox: Sandbox, tmp_path: Path) -> Inspector:
    return Inspector(sandbox, tmp_path)


def drawn(*texts: str, scan: bool = False, invisible: bool = False) -> bytes:
    """A PDF of 400 x 200 points with a page for each text, which begins at (40, 150)."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(400, 200))
    for text in texts:
        if scan:
            picture = Image.new("L", (400, 200), 200)
            ImageDraw.Draw(picture).text((40, 40), text, 0, ImageFont.load_default(12))
            canvas.drawInlineImage(picture, 0, 0, 400, 200)
        line = canvas.beginText(40, 150)
        line.setTextRenderMode(3 if invisible else 0)
        line.textOut(text)
        canvas.drawText(line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def turned(raw: bytes, rotation: int) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(raw))
    writer.pages[0].rotate(rotation)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def image(kind: str, size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 80).save(out, kind, **options)
    return out.getvalue()


def encrypted(user_password: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(drawn("Invoice 4711", "second")))
    writer.encrypt(user_password, owner_password="owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def vast_png() -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def deflate_bomb() -> bytes:
    """A page whose content unpacks to 4 GB: one deflate block of zeros, again and again."""
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(bytes(1 << 22)) + packer.flush(zlib.Z_FULL_FLUSH)
    data = b"\x78\xda" + block * 1024
    content = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(data), data)
    return pdf(CATALOG, pages("3 0 R", 1), "<< /Type /Page /MediaBox [0 0 200 100] /Contents 4 0 R >>", content)


async def test_a_pdf_is_counted_and_its_words_have_boxes(inspecting: Inspector) -> None:
    inspection = await inspecting(drawn("Invoice 4711", "second"))
    assert (inspection.media_type, inspection.pages) == ("application/pdf", 2)
    page = inspection.layer.pages[0]
    assert (page.number, page.width, page.height, page.source) == (1, 400, 200, "text")
    assert [word.text for word in page.words] == ["Invoice", "4711"]
    assert page.words[0].x0 == pytest.approx(0.1, abs=0.01)
    assert 0.18 < page.words[0].y0 < 0.25 < page.words[0].y1 < 0.30


@pytest.mark.parametrize("rotation", [90, 180, 270])
async def test_words_of_a_turned_page_stand_where_people_see_them(inspecting: Inspector, rotation: int) -> None:
    page = (await inspecting(turned(drawn("Invoice"), rotation))).layer.pages[0]
    assert (page.width, page.height) == ((400, 200) if rotation == 180 else (200, 400))
    assert centre(page.words[0]) == pytest.approx(
        {90: (0.77, 0.15), 180: (0.85, 0.77), 270: (0.23, 0.85)}[rotation], abs=0.03
    )


def centre(word: Word) -> tuple[float, float]:
    return (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2


async def test_pages_without_text_are_left_to_ocr_one_by_one(inspecting: Inspector) -> None:
    inspection = await inspecting(drawn("Invoice 4711", "", "...."))
    assert [page.source for page in inspection.layer.pages] == ["text", "none", "none"]


async def test_a_stamp_on_a_scan_is_not_its_text(inspecting: Inspector) -> None:
    assert (await inspecting(drawn("Page 1", scan=True))).layer.pages[0].source == "none"


async def test_an_invisible_layer_over_a_scan_is_its_text(inspecting: Inspector) -> None:
    text = "An earlier reader has put all words of this page under its picture already"
    page = (await inspecting(drawn(text, scan=True, invisible=True))).layer.pages[0]
    assert page.source == "text"


async def test_a_pdf_that_opens_without_password_is_read(inspecting: Inspector) -> None:
    inspection = await inspecting(encrypted(""))
    assert (inspection.pages, inspection.layer.pages[0].words[0].text) == (2, "Invoice")


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
async def test_an_image_is_one_page_without_words(inspecting: Inspector, kind: str, media_type: str) -> None:
    inspection = await inspecting(image(kind))
    page = inspection.layer.pages[0]
    assert (inspection.media_type, inspection.pages) == (media_type, 1)
    assert (page.width, page.height, page.source) == (60, 40, "none")


async def test_an_image_has_its_upright_size(inspecting: Inspector) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    page = (await inspecting(image("JPEG", exif=exif))).layer.pages[0]
    assert (page.width, page.height) == (40, 60)


REFUSED = {
    "nothing": (b"", Category.EMPTY_FILE),
    "text": (b"Dear all,", Category.UNSUPPORTED_TYPE),
    "a zip that is a pdf, too": (b"PK\x03\x04" + one_page(), Category.UNSUPPORTED_TYPE),
    "a page with a pdf inside": (b"<html>" + one_page(), Category.UNSUPPORTED_TYPE),
    "a password": (encrypted("secret"), Category.ENCRYPTED),
    "no pages": (pdf(CATALOG, pages("", 0)), Category.NO_PAGES),
    "a page tree that loops": (pdf(CATALOG, pages("3 0 R", 1), pages("2 0 R", 1)), Category.PAGE_COUNT_DISPUTED),
    "pages that are claimed": (pdf(CATALOG, pages("3 0 R", 9_999_999), PAGE), Category.PAGE_COUNT_DISPUTED),
    "pages that are hidden": (pdf(CATALOG, pages("3 0 R 3 0 R", 1), PAGE), Category.PAGE_COUNT_DISPUTED),
    "too many pages": (pdf(CATALOG, pages("3 0 R " * 10_001, 10_001), PAGE), Category.TOO_LARGE),
    "a header and no more": (b"%PDF-1.7\n", Category.UNREADABLE),
    "half a pdf": (drawn("Invoice 4711")[:300], Category.UNREADABLE),
    "half a jpeg": (image("JPEG")[:-200], Category.UNREADABLE),
    "half a png": (image("PNG")[:-200], Category.UNREADABLE),
    "a vast image": (vast_png(), Category.TOO_LARGE),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_file_that_cannot_be_trusted_is_refused_with_its_reason(inspecting: Inspector, name: str) -> None:
    content, category = REFUSED[name]
    with pytest.raises(RefusedError) as refused:
        await inspecting(content)
    assert refused.value.category == category


async def test_a_claim_of_endless_pages_is_refused(inspecting: Inspector) -> None:
    with pytest.raises(RefusedError):
        await inspecting(pdf(CATALOG, pages("3 0 R", 9_999_999_999), PAGE))


async def test_a_deflate_bomb_harms_nobody(inspecting: Inspector) -> None:
    try:
        bombed = await inspecting(deflate_bomb())
    except Permanent as problem:
        assert problem.category == Category.UNREADABLE  # noqa: PT017 - either outcome is safe
    else:
        assert bombed.layer.needs_ocr
    assert (await inspecting(one_page())).pages == 1
