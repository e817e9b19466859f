"""The look of a scan: pages as an engine reads them from paper, simulated, or really drawn, spoilt and recognised."""

import random
from io import BytesIO

import numpy as np
import orjson
import pypdfium2
from PIL import Image, ImageFilter

from shared.page_rows import Row, rows_of
from shared.pages import Page, Pages, Word

DPI = 170
CONFUSED = {
    "O": "0",
    "l": "1",
    "I": "l",
    "S": "5",
    "B": "8",
}  # letters as an engine misreads them; amounts and codes it gets


def simulated_scan(pages: Pages, *, seed: int) -> Pages:
    """Cells as single fragments, some without spaces, some letters misread, boxes uneven, the sheet a little askew."""
    chance = random.Random(seed)
    slope = chance.uniform(-0.004, 0.004)
    return Pages(pages=tuple(_scanned(page, slope, chance) for page in pages.pages))


def real_scan(pdf: bytes, *, seed: int) -> Pages:
    """Drawn, turned a little, made grey and noisy, saved as JPEG, and read by the product's own OCR."""
    chance = random.Random(seed)
    document = pypdfium2.PdfDocument(pdf)
    try:
        pictures = [_spoilt(document[number], chance) for number in range(len(document))]
    finally:
        document.close()
    return Pages(pages=tuple(_recognised(picture, number) for number, picture in enumerate(pictures, 1)))


def _scanned(page: Page, slope: float, chance: random.Random) -> Page:
    words = [_fragment(cell, slope, chance) for row in rows_of(page) for cell in row.cells]
    return page.model_copy(update={"source": "ocr", "words": tuple(words)})


def _fragment(cell: Row, slope: float, chance: random.Random) -> Word:
    x0, y0, x1, y1 = cell.box
    text = cell.text.replace(" ", "") if chance.random() < 0.1 else cell.text
    if chance.random() < 0.1 and not any(sign.isdigit() for sign in text):
        place = chance.randrange(len(text))
        text = text[:place] + CONFUSED.get(text[place], chance.choice("nmucec")) + text[place + 1 :]
    down = slope * x0 + chance.uniform(-0.0008, 0.0008)
    return Word(
        text=text,
        x0=max(x0 - chance.uniform(0, 0.003), 0),
        y0=y0 + down,
        x1=min(x1 + chance.uniform(0, 0.003), 1),
        y1=y1 + down,
        confidence=round(chance.uniform(0.93, 0.999), 4),
    )


def _spoilt(page: pypdfium2.PdfPage, chance: random.Random) -> bytes:
    picture = page.render(scale=DPI / 72).to_pil().convert("L").rotate(chance.uniform(-0.6, 0.6), fillcolor=255)
    grey = np.asarray(picture.filter(ImageFilter.GaussianBlur(0.6)), dtype=np.float32)
    noise = np.random.default_rng(chance.randrange(10_000)).normal(0, 9, grey.shape)
    file = BytesIO()
    Image.fromarray(np.clip(grey * 0.93 + noise, 0, 255).astype(np.uint8)).save(file, "JPEG", quality=70)
    return file.getvalue()


def _recognised(picture: bytes, number: int) -> Page:
    from services.classifier.ocr_child import read_page  # noqa: PLC0415  # the engine takes a second to import

    read = orjson.loads(read_page({"page": 1, "media_type": "image/jpeg"}, BytesIO(picture)))
    return Page.model_validate(read | {"number": number, "source": "ocr"})
