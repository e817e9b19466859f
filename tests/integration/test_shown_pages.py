"""The picture of a page and its words are in the same coordinates, however the page lies."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import RectangleObject
from reportlab.pdfgen.canvas import Canvas

from services.classifier.ocr import read_page
from services.classifier.shown_page_child import draw_page
from services.classifier.shown_pages import kept_width, single_words
from services.ingest.inspection_child import inspect_file
from shared.pages import Page, Pages, Word
from shared.sandbox import Sandbox
from tests.integration.chain import Chain, an_invoice, until
from tests.integration.paper import LINES, paper


def drawn(raw: bytes, page: Page, *, media_type: str, width: int = 960) -> Image.Image:
    request = {"page": page.number, "media_type": media_type, "width": width}
    body = draw_page(request | {"turned": page.turned, "slant": page.slant}, io.BytesIO(raw))
    return Image.open(io.BytesIO(body))


def ink_of(picture: Image.Image) -> Any:
    return np.asarray(picture.convert("L")) < 110


def outside(picture: Image.Image, words: list[Word]) -> float:
    """The share of the ink that is in no word's box, made larger by three pixels."""
    ink = ink_of(picture)
    total = ink.sum()
    down, across = ink.shape
    for word in words:
        top, bottom = max(int(word.y0 * down) - 3, 0), int(word.y1 * down) + 4
        left, right = max(int(word.x0 * across) - 3, 0), int(word.x1 * across) + 4
        ink[top:bottom, left:right] = False
    return float(ink.sum() / total)


def empty(picture: Image.Image, words: list[Word]) -> list[str]:
    """The words under whose box there is no ink."""
    ink = ink_of(picture)
    down, across = ink.shape
    return [
        word.text
        for word in words
        if not ink[
            int(word.y0 * down) : int(word.y1 * down) + 1, int(word.x0 * across) : int(word.x1 * across) + 1
        ].any()
    ]


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
async def test_words_of_a_scan_stand_where_they_are_seen(sandbox: Sandbox, tmp_path: Path, turned: int):
    path = tmp_path / "scan"
    paper().rotate(turned, expand=True).save(path, "PNG")
    page = await read_page(path, page=1, media_type="image/png", sandbox=sandbox)

    picture = drawn(path.read_bytes(), page, media_type="image/png")

    assert picture.size == (700, 500)
    assert outside(picture, list(page.words)) < 0.02
    assert empty(picture, list(single_words(page))) == []


@pytest.mark.parametrize("degrees", [-4, 4])
async def test_words_of_a_slanted_scan_stand_where_they_are_seen(sandbox: Sandbox, tmp_path: Path, degrees: int):
    path = tmp_path / "scan"
    paper().rotate(degrees, fillcolor="white").save(path, "PNG")
    page = await read_page(path, page=1, media_type="image/png", sandbox=sandbox)

    picture = drawn(path.read_bytes(), page, media_type="image/png")

    assert abs(page.slant) > 0.05
    assert outside(picture, list(page.words)) < 0.03


async def test_words_of_a_photo_stand_where_they_are_seen_when_its_camera_lay_on_the_side(
    sandbox: Sandbox, tmp_path: Path
):
    path, exif = tmp_path / "photo", Image.Exif()
    exif[0x0112] = 6
    paper().rotate(90, expand=True).save(path, "JPEG", exif=exif, quality=95)
    page = await read_page(path, page=1, media_type="image/jpeg", sandbox=sandbox)

    picture = drawn(path.read_bytes(), page, media_type="image/jpeg")

    assert picture.size == (700, 500)
    assert outside(picture, list(page.words)) < 0.02


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("cropped", [False, True])
def test_words_of_a_pdf_stand_where_they_are_seen(rotation: int, *, cropped: bool):
    raw = pdf(rotation, cropped=cropped)
    layer = Pages.model_validate(orjson.loads(inspect_file({}, io.BytesIO(raw)))["layer"])

    picture = drawn(raw, layer.pages[0], media_type="application/pdf")

    assert outside(picture, list(layer.pages[0].words)) < 0.02
    assert empty(picture, list(layer.pages[0].words)) == []
    assert picture.width / picture.height == pytest.approx(layer.pages[0].width / layer.pages[0].height, rel=0.01)


def pdf(rotation: int, *, cropped: bool) -> bytes:
    plain, out = io.BytesIO(), io.BytesIO()
    canvas = Canvas(plain, pagesize=(500, 700))
    for number, text in enumerate(LINES):
        canvas.drawString(100, 600 - 60 * number, text)
    canvas.save()
    writer = PdfWriter(clone_from=PdfReader(plain))
    writer.pages[0].rotate(rotation)
    if cropped:
        writer.pages[0].cropbox = RectangleObject((60, 200, 420, 660))
    writer.write(out)
    return out.getvalue()


def test_a_picture_has_the_width_asked_for_and_never_more_than_there_is():
    raw = io.BytesIO()
    paper().save(raw, "PNG")
    page = Page(number=1, width=700, height=500, source="none")

    widths = [drawn(raw.getvalue(), page, media_type="image/png", width=width).width for width in (160, 480, 1600)]

    assert widths == [160, 480, 700]


def test_widths_are_rounded_up_to_the_few_that_are_kept():
    assert [kept_width(width) for width in (1, 160, 161, 1000, 4000)] == [160, 160, 480, 1600, 2400]


def test_a_line_an_engine_read_in_one_piece_is_cut_at_its_spaces():
    page = Page(number=1, width=1, height=1, source="ocr", words=(Word(text="ab  c", x0=0.0, y0=0, x1=0.5, y1=1),))

    words = [(word.text, round(word.x0, 3), round(word.x1, 3)) for word in single_words(page)]

    assert words == [("ab", 0.0, 0.2), ("c", 0.4, 0.5)]


async def test_the_pages_of_a_document_come_over_http_and_are_kept(chain: Chain):
    batch_id = await chain.submit(1)
    await chain.ended(batch_id)
    (document,) = (await chain.client.get(f"/api/batches/{batch_id}/documents")).json()["items"]
    address = f"/api/documents/{document['id']}/pages"

    pages = (await chain.client.get(address)).json()["items"]
    words = (await chain.client.get(f"{address}/1/words")).json()["items"]
    image = await chain.client.get(f"{address}/1/image?width=900")
    again = await chain.client.get(f"{address}/1/image?width=900", headers={"if-none-match": image.headers["etag"]})
    beyond = await chain.client.get(f"{address}/2/words")

    assert [(page["number"], page["source"]) for page in pages] == [(1, "text")]
    assert [word["text"] for word in words][:4] == ["Harbour", "Books", "Ltd", "INVOICE"]
    assert Image.open(io.BytesIO(image.content)).size[0] == 960
    assert image.headers["content-type"] == "image/jpeg"
    assert image.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert image.headers["x-content-type-options"] == "nosniff"
    assert (again.status_code, again.content) == (304, b"")
    assert beyond.status_code == 404


async def test_kept_pictures_lie_under_the_tenant_and_the_content(chain: Chain):
    batch_id = await chain.submit(1)
    await chain.ended(batch_id)
    (document,) = await chain.ask("ingest", "SELECT document_id, sha256 FROM documents WHERE batch_id = $1", batch_id)
    image = await chain.client.get(f"/api/documents/{document.document_id}/pages/1/image?width=400")

    key = f"pages/{chain.tenant}/{document.sha256}/image-1/text-1/1-480.jpg"

    assert await chain.services["classifier"].storage.get(key) == image.content


async def test_the_pages_of_a_deleted_batch_are_gone_at_once(chain: Chain):
    answer = await chain.client.post(
        "/api/batches", files=[("files", ("a.pdf", an_invoice()))], data={"strategy": "auto"}
    )
    batch_id, document = answer.json()["id"], answer.json()["files"][0]["document_id"]
    await chain.ended(batch_id)
    await chain.client.delete(f"/api/batches/{batch_id}")

    async def gone() -> bool | None:
        return (await chain.client.get(f"/api/documents/{document}/pages/1/image")).status_code == 404 or None

    assert await until(gone)
