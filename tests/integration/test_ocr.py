"""Reading pages with the real engine, in the sandbox."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from services.classifier.ocr import fill_pages, read_page
from shared.errors import Category, Permanent
from shared.page_rows import rows_of
from shared.pages import Page, Pages, Word
from shared.sandbox import Sandbox
from tests.integration.paper import LINES, paper
from tests.long_lists import text_pages


def saved(image: Image.Image, path: Path) -> Path:
    image.save(path, "PNG")
    return path


def has_the_lines(page: Page) -> bool:
    squeezed = ["".join(row.text.split()).lower() for row in rows_of(page)]
    return squeezed == ["".join(text.split()).lower() for text in LINES]


async def test_an_image_is_read_line_by_line(sandbox: Sandbox, tmp_path: Path) -> None:
    page = await read_page(saved(paper(), tmp_path / "a"), page=1, media_type="image/png", sandbox=sandbox)
    assert (page.number, page.width, page.height, page.source) == (1, 700, 500, "ocr")
    assert has_the_lines(page)
    assert all(word.confidence and word.confidence > 0.8 for word in page.words)
    assert page.words[0].x0 == pytest.approx(60 / 700, abs=0.03)
    assert page.words[0].y0 == pytest.approx(70 / 500, abs=0.04)


@pytest.mark.parametrize("turned", [90, 180, 270])
async def test_a_page_that_lies_wrong_comes_back_upright(sandbox: Sandbox, tmp_path: Path, turned: int) -> None:
    path = saved(paper().rotate(turned, expand=True), tmp_path / "a")
    page = await read_page(path, page=1, media_type="image/png", sandbox=sandbox)
    assert (page.width, page.height) == (700, 500)
    assert has_the_lines(page)


async def test_a_slanted_page_keeps_its_rows(sandbox: Sandbox, tmp_path: Path) -> None:
    path = saved(paper().rotate(4, fillcolor="white"), tmp_path / "a")
    assert has_the_lines(await read_page(path, page=1, media_type="image/png", sandbox=sandbox))


async def test_a_blank_page_has_no_words(sandbox: Sandbox, tmp_path: Path) -> None:
    path = saved(Image.new("RGB", (300, 300), "white"), tmp_path / "a")
    page = await read_page(path, page=1, media_type="image/png", sandbox=sandbox)
    assert (page.source, page.words) == ("ocr", ())


async def test_only_pages_without_text_are_read(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    canvas = Canvas(str(path), pagesize=(350, 250))
    for _ in range(2):
        canvas.drawImage(ImageReader(paper()), 0, 0, 350, 250)
        canvas.showPage()
    canvas.save()
    known = Page(number=1, width=350, height=250, source="text", words=(Word(text="known", x0=0, y0=0, x1=1, y1=1),))
    pages = Pages(pages=(known, Page(number=2, width=350, height=250, source="none")))
    filled = await fill_pages(pages, path, media_type="application/pdf", sandbox=sandbox)
    assert filled.pages[0] == known
    assert (filled.pages[1].width, filled.pages[1].source) == (350, "ocr")
    assert has_the_lines(filled.pages[1])


def pdf_of(draw: Callable[[Canvas], object], path: Path) -> Pages:
    """Draws a page on top of the paper's picture; the page as intake takes it."""
    canvas = Canvas(str(path), pagesize=(700, 500), invariant=True)
    draw(canvas)
    canvas.save()
    return text_pages(path.read_bytes())


def squeezed(page: Page) -> list[str]:
    return sorted("".join(row.text.split()).lower() for row in rows_of(page))


async def test_a_picture_on_a_page_with_text_is_read_where_it_stands(sandbox: Sandbox, tmp_path: Path) -> None:
    def logo(canvas: Canvas) -> None:
        canvas.drawString(60, 460, "This page has a text layer of its own and a logo below")
        canvas.drawImage(ImageReader(paper().crop((40, 40, 600, 130))), 100, 300, 560, 90)

    pages = pdf_of(logo, tmp_path / "logo.pdf")
    filled = await fill_pages(pages, tmp_path / "logo.pdf", media_type="application/pdf", sandbox=sandbox)
    (page,) = filled.pages
    *known, read = page.words
    assert tuple(known) == pages.pages[0].words
    assert "".join(read.text.split()).lower() == "acmetradinglimited"
    assert read.x0 == pytest.approx(120 / 700, abs=0.03)
    assert read.y0 == pytest.approx((500 - 390 + 20) / 500, abs=0.04)
    assert (page.source, page.pictures, bool(read.confidence)) == ("text", (), True)


@pytest.mark.parametrize("mode", [0, 3], ids=["visible", "invisible"])
async def test_words_over_a_scan_are_not_read_twice(sandbox: Sandbox, tmp_path: Path, mode: int) -> None:
    """The text layer has the first line of the scan; the three below are in the picture only."""

    def scan(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(paper()), 0, 0, 700, 500)
        if mode == 0:
            canvas.setFillGray(1)
            canvas.rect(50, 380, 600, 80, stroke=0, fill=1)
            canvas.setFillGray(0)
        text = canvas.beginText(60, 405)
        text.setFont("Helvetica", 40)
        text.setTextRenderMode(mode)
        text.textOut("ACME Trading Limited")
        canvas.drawText(text)

    path = tmp_path / "scan.pdf"
    pages = pdf_of(scan, path)
    layer = pages.pages[0].model_copy(update={"pictures": ((0.0, 0.0, 1.0, 1.0),), "source": "text"})
    filled = await fill_pages(Pages(pages=(layer,)), path, media_type="application/pdf", sandbox=sandbox)
    known = ["acmetradinglimited"] if layer.words else []
    assert [row for row in squeezed(filled.pages[0]) if row in known] == known
    assert set(squeezed(filled.pages[0])) >= {"".join(line.split()).lower() for line in LINES[1:]}


async def test_a_page_whose_pictures_cannot_be_read_keeps_its_text(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(b"%PDF-1.7\n")
    page = Page(number=1, width=1, height=1, source="text", words=(Word(text="known", x0=0, y0=0, x1=1, y1=1),))
    pages = Pages(pages=(page.model_copy(update={"pictures": ((0.0, 0.0, 1.0, 1.0),)}),))
    assert await fill_pages(pages, path, media_type="application/pdf", sandbox=sandbox) == pages


async def test_a_page_that_cannot_be_drawn_fails_for_good(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(b"%PDF-1.7\n")
    pages = Pages(pages=(Page(number=1, width=1, height=1, source="none"),))
    with pytest.raises(Permanent) as failed:
        await fill_pages(pages, path, media_type="application/pdf", sandbox=sandbox)
    assert failed.value.category == Category.OCR_FAILED


async def test_a_truncated_image_fails_for_good(sandbox: Sandbox, tmp_path: Path) -> None:
    out = io.BytesIO()
    paper().save(out, "PNG")
    path = tmp_path / "half.png"
    path.write_bytes(out.getvalue()[:-500])
    with pytest.raises(Permanent):
        await read_page(path, page=1, media_type="image/png", sandbox=sandbox)
