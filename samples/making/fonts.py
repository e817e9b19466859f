"""The typefaces: the base-14 of every PDF reader, and the ones that travel inside ReportLab and Pillow."""

from functools import cache
from io import BytesIO
from pathlib import Path

import reportlab
from PIL import ImageFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FOLDER = Path(reportlab.__file__).parent / "fonts"
SANS, SANS_BOLD, SANS_ITALIC = "Helvetica", "Helvetica-Bold", "Helvetica-Oblique"
SERIF, SERIF_BOLD, SERIF_ITALIC = "Times-Roman", "Times-Bold", "Times-Italic"
MONO, MONO_BOLD = "Courier", "Courier-Bold"
WIDE, WIDE_BOLD, WIDE_ITALIC = "Vera", "VeraBd", "VeraIt"
GEOMETRIC = "Aileron"  # ASCII only
SCRIPT = "CALLIG15"  # for signatures

TYPEWRITER_FILE, TYPEWRITER_BOLD_FILE = "com_____.pfb", "cob_____.pfb"
SANS_FILE, SANS_BOLD_FILE = "_a______.pfb", "_ab_____.pfb"


@cache
def register() -> None:
    """Make the embedded typefaces known to ReportLab; once in a process is enough."""
    for name in (WIDE, WIDE_BOLD, WIDE_ITALIC):
        pdfmetrics.registerFont(TTFont(name, str(FOLDER / f"{name}.ttf")))
    geometric = ImageFont.load_default(size=12)
    if not isinstance(geometric, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType, so it brings no scalable typeface.")
    pdfmetrics.registerFont(TTFont(GEOMETRIC, BytesIO(geometric.font_bytes)))
    pdfmetrics.registerTypeFace(
        pdfmetrics.EmbeddedType1Face(str(FOLDER / "callig15.afm"), str(FOLDER / "callig15.pfb"))
    )
    pdfmetrics.registerFont(pdfmetrics.Font(SCRIPT, SCRIPT, "WinAnsiEncoding"))


def bitmap(file: str, size: float) -> ImageFont.FreeTypeFont:
    """A typeface for drawing on an image. The basic layout gives the same glyph positions on every machine."""
    return ImageFont.truetype(str(FOLDER / file), size, layout_engine=ImageFont.Layout.BASIC)
