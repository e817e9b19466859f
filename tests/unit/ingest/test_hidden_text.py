"""What stands in a text layer but is not seen on the page is left out; what is seen stays, whatever its colour."""

from collections.abc import Callable
from io import BytesIO

import pytest
from reportlab.lib.colors import Color, black, lightgrey, white
from reportlab.pdfgen.canvas import Canvas

from tests.long_lists import text_pages

SEEN = "Invoice 4711"


def words_of(draw: Callable[[Canvas], object]) -> list[str]:
    file = BytesIO()
    canvas = Canvas(file, pagesize=(400, 200), invariant=True)
    canvas.setFont("Helvetica", 10)
    canvas.drawString(40, 150, SEEN)
    draw(canvas)
    canvas.save()
    return [word.text for word in text_pages(file.getvalue()).pages[0].words]


def coloured(colour: Color, paper: Color | None = None) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        if paper:
            canvas.setFillColor(paper)
            canvas.rect(30, 90, 300, 30, stroke=0, fill=1)
        canvas.setFillColor(colour)
        canvas.drawString(40, 100, "secret")

    return draw


def invisible(canvas: Canvas) -> None:
    text = canvas.beginText(40, 100)
    text.setTextRenderMode(3)
    text.textLine("secret")
    canvas.drawText(text)


def tiny(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 0.5)
    canvas.drawString(40, 100, "secret")


def covered(canvas: Canvas) -> None:
    invisible(canvas)
    canvas.drawString(40, 60, "secret")
    canvas.setFillColor(white)
    canvas.rect(30, 50, 300, 30, stroke=0, fill=1)


@pytest.mark.parametrize(
    "draw",
    [
        coloured(white),
        coloured(Color(0.98, 0.98, 1)),
        coloured(Color(0, 0, 0, alpha=0.0)),
        coloured(white, paper=white),
        invisible,
        tiny,
        covered,
    ],
)
def test_what_nobody_sees_is_left_out(draw: Callable[[Canvas], object]):
    assert words_of(draw) == SEEN.split()


@pytest.mark.parametrize("draw", [coloured(white, paper=black), coloured(lightgrey), coloured(white, paper=lightgrey)])
def test_pale_print_that_stands_out_stays(draw: Callable[[Canvas], object]):
    assert words_of(draw) == [*SEEN.split(), "secret"]
