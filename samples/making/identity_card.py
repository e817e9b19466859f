"""An identity card of a country that does not exist, photographed on felt: a JPEG."""

import math

import numpy as np

from samples.making import fonts, snapshot
from samples.making.pen import Face, Pen
from samples.making.sample import Sample

WIDTH, HEIGHT = 430, 271
SEA, MIST, GOLD, QUIET = "#1d4e6b", "#e4eff2", "#c9973a", "#4f6b78"
LABEL = Face(fonts.SANS, 7, QUIET)
VALUE = Face(fonts.SANS_BOLD, 11.5, "#12222b")
FACTS = (
    ("Surname", "Nightingale"),
    ("Given names", "Elowen Maris"),
    ("Nationality", "Aldermoor"),
    ("Date of birth", "23 May 1994"),
    ("Document number", "AM4471902"),
    ("Date of expiry", "11 Feb 2034"),
)
MACHINE_ZONE = ("IDUTOAM44719025<<<<<<<<<<<<<<<", "9405239F3402111UTO<<<<<<<<<<<0", "NIGHTINGALE<<ELOWEN<MARIS<<<<<")


def make() -> Sample:
    pen = Pen("Identity card", "Republic of Aldermoor", (WIDTH, HEIGHT))
    ground(pen)
    portrait(pen, 24, 66)
    for index, (label, value) in enumerate(FACTS):
        x, y = 142 + (index % 2) * 142, 78 + (index // 2) * 39
        pen.text(x, y, label, LABEL)
        pen.text(x, y + 14, value, VALUE)
    pen.box(0, 196, WIDTH, HEIGHT - 196, fill="#f7fafb")
    pen.lines(22, 218, MACHINE_ZONE, Face(fonts.MONO_BOLD, 20, "#12222b"), leading=20)
    rng = np.random.default_rng(4471)
    felt = snapshot.stone(1300, 900, (58, 84, 74), rng)
    corners = ((118, 148), (1176, 136), (1186, 786), (112, 798))
    photo = snapshot.photographed(pen.picture(180), felt, corners, rng, rounded=44)
    fields = {
        "document_kind": "Identity Card",
        "document_number": "AM4471902",
        "surname": "Nightingale",
        "given_names": "Elowen Maris",
        "nationality": "Aldermoor",
        "birth_date": "1994-05-23",
        "expiry_date": "2034-02-11",
    }
    return Sample("identity-card.jpg", "identity_document", snapshot.as_jpeg(photo), pages=1, fields=fields)


def ground(pen: Pen) -> None:
    """Fine waves as on security paper, and the title bar."""
    pen.box(0, 0, WIDTH, HEIGHT, fill=MIST)
    for wave in range(14):
        for x in range(0, WIDTH, 5):
            here, there = (48 + wave * 11 + 9 * math.sin(at / 31 + wave * 0.5) for at in (x, x + 5))
            pen.rule(x, here, x + 5, there, color="#cddfe4", line=0.5)
    pen.box(0, 0, WIDTH, 44, fill=SEA)
    pen.circle(36, 22, 12, fill=GOLD)
    pen.shape(((36, 12), (44, 29), (28, 29)), SEA)
    pen.text(60, 20, "REPUBLIC OF ALDERMOOR", Face(fonts.SANS_BOLD, 13, "#ffffff"))
    pen.text(60, 34, "Identity Card", Face(fonts.SANS, 9.5, "#cfe3ea"))
    pen.text(WIDTH - 22, 27, "SPECIMEN", Face(fonts.SANS_BOLD, 11, GOLD), "right")


def portrait(pen: Pen, x: float, y: float) -> None:
    """A drawn face, 96 points wide and 118 high."""
    pen.box(x, y, 96, 118, fill="#c7dbe2", radius=4)
    pen.circle(x + 48, y + 50, 33, fill="#5b3a29")
    pen.box(x + 15, y + 50, 66, 42, fill="#5b3a29", radius=10)
    pen.box(x + 12, y + 92, 72, 26, fill=SEA, radius=12)
    pen.box(x + 12, y + 104, 72, 14, fill=SEA)
    pen.box(x + 39, y + 74, 18, 26, fill="#dba98a", radius=8)
    pen.circle(x + 48, y + 56, 23, fill="#eabf9f")
    pen.shape(((x + 25, y + 50), (x + 31, y + 30), (x + 66, y + 30), (x + 71, y + 50), (x + 52, y + 38)), "#5b3a29")
    for eye in (x + 40, x + 56):
        pen.circle(eye, y + 57, 2.1, fill="#2a2320")
    pen.rule(x + 43, y + 68, x + 53, color="#a5614f", line=1.4)
