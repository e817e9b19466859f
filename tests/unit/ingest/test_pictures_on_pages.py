"""Pictures on a page with text that are worth reading, and where they stand."""

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from shared.pages import Page
from tests.long_lists import text_pages

WIDTH, HEIGHT = 400, 500
LINES = [f"Row {number} of a page with its text, long enough to be no stamp on a scan" for number in range(12)]


def picture(level: int = 90) -> ImageReader:
    return ImageReader(Image.new("L", (60, 40), level))


def pages_of(*draws: Callable[[Canvas], object], invisible: bool = False, lines: int = len(LINES)) -> tuple[Page, ...]:
    file = BytesIO()
    canvas = Canvas(file, pagesize=(WIDTH, HEIGHT), invariant=True)
    for draw in draws:
        draw(canvas)
        text = canvas.beginText(40, 450)
        text.setTextRenderMode(3 if invisible else 0)
        text.textLines(LINES[:lines])
        canvas.drawText(text)
        canvas.showPage()
    canvas.save()
    return text_pages(file.getvalue()).pages


def at(x: float, y: float, width: float, height: float, level: int = 90) -> Callable[[Canvas], object]:
    return lambda canvas: canvas.drawImage(picture(level), x, y, width, height)


def test_a_logo_is_noted_where_people_see_it():
    (page,) = pages_of(at(200, 400, 100, 50))
    (picture_at,) = page.pictures
    assert picture_at == pytest.approx((0.5, 0.1, 0.75, 0.2), abs=0.001)
    assert page.needs_ocr
    assert page.source == "text"


def test_a_logo_drawn_by_a_form_is_noted_too():
    def draw(canvas: Canvas) -> None:
        canvas.beginForm("head")
        canvas.drawImage(picture(), 0, 0, 100, 50)
        canvas.endForm()
        canvas.translate(200, 400)
        canvas.doForm("head")
        canvas.translate(-200, -400)

    (page,) = pages_of(draw)
    (picture_at,) = page.pictures
    assert picture_at == pytest.approx((0.5, 0.1, 0.75, 0.2), abs=0.001)


def test_an_ornament_is_not_worth_it():
    (page,) = pages_of(at(200, 400, 20, 10))
    assert not page.needs_ocr


def test_a_letterhead_that_comes_again_is_read_once():
    logo = at(200, 400, 100, 50)
    assert [page.needs_ocr for page in pages_of(logo, logo)] == [True, False]


def test_another_picture_at_the_same_place_is_read_too():
    pages = pages_of(at(200, 400, 100, 50), at(200, 400, 100, 50, level=120))
    assert [page.needs_ocr for page in pages] == [True, True]
