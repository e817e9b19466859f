"""A resume in English: a dark column with the essentials, the career beside it."""

from typing import NamedTuple

from reportlab.lib.pagesizes import LETTER

from samples.making import fonts
from samples.making.pen import Face, Pen
from samples.making.sample import Sample

SLATE, APRICOT, MUTED, QUIET = "#22303c", "#f4a261", "#b8c4cf", "#66727d"
SIDE, LEFT, RIGHT = 196, 224, 572
BODY = Face(fonts.SANS, 9.4)
PALE = Face(fonts.SANS, 8.8, "#eef2f5")

NAME, EMAIL, PHONE = "Ines Valcourt", "ines@valcourt.example", "+1 (503) 555-0148"
LOCATION, HEADLINE = "Portland, Oregon", "Product Designer"


class Job(NamedTuple):
    """One station of the career."""

    title: str
    place: str
    years: str
    deeds: tuple[str, ...]


JOBS = (
    Job(
        "Lead Product Designer",
        "Lanternfish Maps, Portland",
        "2022 - today",
        (
            "Led the redesign of the offline map used by 40 rescue teams; search time fell by a third.",
            "Built and maintains a design system of 64 components with a team of four.",
            "Introduced monthly field visits, from which nine of the last twelve features came.",
        ),
    ),
    Job(
        "Senior Product Designer",
        "Brambleway Health, Seattle",
        "2018 - 2022",
        (
            "Designed the appointment flow for clinics in three languages.",
            "Cut the abandoned bookings from 31% to 12% in one year of small experiments.",
        ),
    ),
    Job(
        "Interaction Designer",
        "Studio Kettlebridge, Vancouver",
        "2015 - 2018",
        (
            "Shipped museum guides, two ticket machines and one talking lighthouse.",
            "Taught the evening class in prototyping with paper.",
        ),
    ),
)
SIDEBAR = (
    ("Contact", (EMAIL, PHONE, LOCATION, "valcourt.example")),
    (
        "Skills",
        ("Interaction design", "Prototyping", "Design systems", "User research", "HTML, CSS, SVG", "Cartography"),
    ),
    ("Languages", ("English, native", "French, native", "Spanish, good")),
    ("Beyond work", ("Sea kayaking", "Letterpress printing")),
)


def make() -> Sample:
    pen = Pen(f"Resume {NAME}", NAME, LETTER)
    sidebar(pen)
    pen.text(LEFT, 92, NAME, Face(fonts.GEOMETRIC, 34, SLATE))
    pen.text(LEFT, 115, HEADLINE, Face(fonts.GEOMETRIC, 14, "#d9803a"))
    profile = (
        "Designer of calm tools for people in a hurry. Eleven years between research, interface and code; "
        "happiest where a map, a form or a sign has to be understood at first sight."
    )
    y = section(pen, 158, "Profile")
    y = pen.paragraph(LEFT, y, profile, BODY, width=RIGHT - LEFT, leading=14) + 20
    y = section(pen, y, "Experience")
    for job in JOBS:
        y = career_step(pen, y, job)
    education(pen, y + 8)
    fields = {"name": NAME, "email": EMAIL, "phone": PHONE, "location": LOCATION, "headline": HEADLINE}
    return Sample("resume.pdf", "resume", pen.finish(), pages=1, fields=fields)


def education(pen: Pen, y: float) -> None:
    y = section(pen, y, "Education")
    degrees = (
        ("MDes Interaction Design", "Harbour School of Art", "2015"),
        ("BA Geography", "University of Fernhollow", "2013"),
    )
    for degree, school, year in degrees:
        pen.text(LEFT, y, degree, Face(fonts.SANS_BOLD, 9.6))
        pen.text(LEFT + 150, y, school, BODY)
        pen.text(RIGHT, y, year, Face(fonts.SANS, 8.8, QUIET), "right")
        y += 18


def sidebar(pen: Pen) -> None:
    pen.box(0, 0, SIDE, pen.height, fill=SLATE)
    pen.circle(70, 92, 34, fill=APRICOT)
    pen.text(70, 102, "IV", Face(fonts.GEOMETRIC, 28, SLATE), "center")
    y = 178.0
    for heading, lines in SIDEBAR:
        pen.text(36, y, heading, Face(fonts.SANS_BOLD, 10.5, APRICOT))
        pen.rule(36, y + 7, SIDE - 36, color="#475666", line=0.6)
        y = pen.lines(36, y + 24, lines, PALE, leading=16) + 24


def section(pen: Pen, y: float, heading: str) -> float:
    pen.text(LEFT, y, heading, Face(fonts.SANS_BOLD, 12, SLATE))
    pen.rule(LEFT, y + 7, RIGHT, color=MUTED, line=0.6)
    return y + 26


def career_step(pen: Pen, y: float, job: Job) -> float:
    pen.text(LEFT, y, job.title, Face(fonts.SANS_BOLD, 10.4))
    pen.text(RIGHT, y, job.years, Face(fonts.SANS, 8.8, QUIET), "right")
    pen.text(LEFT, y + 14, job.place, Face(fonts.SANS_ITALIC, 9.4, QUIET))
    y += 32
    for deed in job.deeds:
        pen.circle(LEFT + 3, y - 3, 1.5, fill="#d9803a")
        y = pen.paragraph(LEFT + 13, y, deed, BODY, width=RIGHT - LEFT - 13, leading=13.5) + 2
    return y + 12
