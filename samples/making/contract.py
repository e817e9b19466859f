"""A consulting agreement in English over two pages: prose in a classic serif, with signatures."""

from samples.making import fonts
from samples.making.contract_text import CLAUSES
from samples.making.pen import Face, Pen
from samples.making.sample import Sample

LEFT, RIGHT = 82, 513
INK, QUIET, WINE = "#22201d", "#77716a", "#6d1f2c"
BODY = Face(fonts.SERIF, 12, INK)
STRONG = Face(fonts.SERIF_BOLD, 12, INK)
SMALL = Face(fonts.SERIF_ITALIC, 9.2, QUIET)
TITLE = "Consulting Services Agreement"
CLIENT, CONSULTANT = "Quillfeather Press Ltd", "Larkspur Archives LLP"
ON_FIRST_PAGE = 5


def make() -> Sample:
    pen = Pen(TITLE, CLIENT)
    y = opening(pen)
    clauses(pen, y, 1, CLAUSES[:ON_FIRST_PAGE])
    foot(pen, 1)
    pen.next_page()
    y = clauses(pen, 96, ON_FIRST_PAGE + 1, CLAUSES[ON_FIRST_PAGE:])
    signatures(pen, y + 12)
    foot(pen, 2)
    fields = {
        "title": TITLE,
        "parties": [CLIENT, CONSULTANT],
        "date": "2026-09-01",
        "end_date": "2027-03-31",
        "governing_law": "Ireland",
    }
    return Sample("contract.pdf", "contract", pen.finish(), pages=2, fields=fields)


def opening(pen: Pen) -> float:
    pen.rule(pen.width / 2 - 24, 84, pen.width / 2 + 24, color=WINE, line=1.6)
    pen.text(pen.width / 2, 118, TITLE, Face(fonts.SERIF, 25, INK), "center")
    pen.text(pen.width / 2, 140, "dated 1 September 2026", Face(fonts.SERIF_ITALIC, 12.5, WINE), "center")
    words = (
        'This Consulting Services Agreement (the "Agreement") is made on 1 September 2026 (the "Effective Date") between '
        f'{CLIENT}, 11 Printers\' Row, Galway, Ireland (the "Client"), and {CONSULTANT}, 40 Heron Street, Limerick, '
        'Ireland (the "Consultant"). The parties agree as follows.'
    )
    return pen.paragraph(LEFT, 182, words, BODY, width=RIGHT - LEFT, leading=17) + 12


def clauses(pen: Pen, y: float, first: int, texts: tuple[tuple[str, str], ...]) -> float:
    for number, (heading, words) in enumerate(texts, first):
        pen.text(LEFT, y, f"{number}.", Face(fonts.SERIF_BOLD, 12, WINE))
        pen.text(LEFT + 22, y, heading, STRONG)
        y = pen.paragraph(LEFT + 22, y + 17, words, BODY, width=RIGHT - LEFT - 22, leading=17) + 9
    return y


def signatures(pen: Pen, y: float) -> None:
    pen.text(LEFT, y, "Signed by the parties on the date first written above.", BODY)
    signers = (
        (LEFT, CLIENT, "Orla Quillfeather", "Managing Director"),
        (312, CONSULTANT, "Tobias Larkspur", "Partner"),
    )
    for x, party, name, role in signers:
        pen.text(x, y + 30, f"For {party}", STRONG)
        pen.text(x + 8, y + 72, name, Face(fonts.SCRIPT, 25, "#1f3a7a"))
        pen.rule(x, y + 82, x + 200, color=QUIET)
        pen.text(x, y + 96, f"{name}, {role}", BODY)


def foot(pen: Pen, page: int) -> None:
    pen.rule(LEFT, 782, RIGHT, color="#d8d2c8")
    pen.text(LEFT, 797, f"{CLIENT} and {CONSULTANT}", SMALL)
    pen.text(RIGHT, 797, f"Page {page} of 2", SMALL, "right")
