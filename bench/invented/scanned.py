"""What an OCR engine makes of a page: lines in pieces, letters mistaken, spaces lost, a slight tilt, doubts."""

from random import Random

from shared.pages import Page, Pages, Word

MISTAKEN = {
    "O": "0D", "0": "O", "I": "1L", "1": "I", "L": "I", "S": "5", "5": "S", "B": "8", "8": "B", "N": "M", "M": "N", "E": "F", "U": "D",
    "C": "G", "a": "o", "e": "c", "i": "l", "l": "i", "n": "r", "é": "e", "ü": "u", "ä": "a", ",": ".", ".": "", "6": "8", "3": "8",
}  # fmt: skip
JOINED = 0.035  # of the page width: words closer than this are one piece


def scanned(pages: Pages, *, seed: int, mistakes: float = 0.004) -> Pages:
    """The same pages as scans. `mistakes` is the chance of each letter to be misread."""
    random = Random(seed)  # invents documents, guards nothing
    return Pages(pages=tuple(_scan(page, random, mistakes) for page in pages.pages))


def _scan(page: Page, random: Random, mistakes: float) -> Page:
    tilt = random.uniform(-0.008, 0.008)
    rows: dict[float, list[Word]] = {}
    for word in page.words:
        rows.setdefault(word.y0, []).append(word)
    words = [
        _misread(piece, random, mistakes, tilt)
        for row in rows.values()
        for piece in _pieces(sorted(row, key=lambda w: w.x0))
    ]
    return page.model_copy(update={"source": "ocr", "words": tuple(words)})


def _pieces(row: list[Word]) -> list[list[Word]]:
    pieces = [[row[0]]]
    for word in row[1:]:
        if word.x0 - pieces[-1][-1].x1 < JOINED:
            pieces[-1].append(word)
        else:
            pieces.append([word])
    return pieces


def _misread(piece: list[Word], random: Random, mistakes: float, tilt: float) -> Word:
    gap = "" if random.random() < 0.06 else " "
    true = " ".join(word.text for word in piece)
    seen = "".join(_letter(sign, random, mistakes) for sign in gap.join(word.text for word in piece))
    doubt = abs(random.gauss(0, 0.008)) + (random.uniform(0.01, 0.12) if seen != true else 0.0)
    lift = tilt * (piece[0].x0 + piece[-1].x1) / 2
    return Word(
        text=seen,
        x0=piece[0].x0,
        y0=round(min(max(piece[0].y0 + lift + random.gauss(0, 0.0006), 0), 1), 5),
        x1=piece[-1].x1,
        y1=round(min(max(piece[0].y1 + lift + random.gauss(0, 0.0006), 0), 1), 5),
        confidence=round(max(1 - doubt, 0.4), 4),
    )


def _letter(sign: str, random: Random, mistakes: float) -> str:
    return random.choice(MISTAKEN[sign] or " ") if sign in MISTAKEN and random.random() < mistakes else sign
