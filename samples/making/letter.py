"""A business letter in German, laid out after DIN 5008, with fold marks and a signature."""

from samples.making import fonts
from samples.making.pen import Face, Pen
from samples.making.sample import Sample

FOREST, MOSS, QUIET = "#23402f", "#8aa37b", "#6f776f"
LEFT, RIGHT = 71, 524
BODY = Face(fonts.SERIF, 11.5, "#222a25")
SMALL = Face(fonts.SANS, 7.6, QUIET)

SENDER, RECIPIENT = "Stadtbibliothek Eulenbrück", "Theodora Falkenried"
SUBJECT = "Ihre Spende der Kartensammlung Falkenried"
PARAGRAPHS = (
    (
        "am vergangenen Freitag sind die elf Kisten mit der Kartensammlung Ihres Großvaters bei uns eingetroffen. "
        "Alle Blätter haben die Reise gut überstanden. Dafür und für Ihr großes Vertrauen danken wir Ihnen herzlich."
    ),
    (
        "Unsere Restauratorin hat bereits mit der Durchsicht begonnen. Besonders die handkolorierten Flusskarten aus der "
        "Zeit um 1840 haben uns begeistert: Einige der eingezeichneten Mühlen sind in keinem anderen Werk verzeichnet. "
        "Wir möchten die Sammlung bis zum Frühjahr digitalisieren und danach im Lesesaal öffentlich zeigen."
    ),
    (
        "Zur Eröffnung der Ausstellung am 12. März 2027 um 18 Uhr laden wir Sie und Ihre Familie schon heute ein. Es würde "
        "uns freuen, wenn Sie an diesem Abend einige Worte über die Entstehung der Sammlung sprechen könnten."
    ),
    (
        "Die Zuwendungsbestätigung für das Finanzamt liegt diesem Schreiben bei. Für Fragen erreichen Sie mich jederzeit "
        "unter der oben genannten Nummer."
    ),
)


def make() -> Sample:
    pen = Pen(SUBJECT, SENDER)
    letterhead(pen)
    address(pen)
    pen.text(LEFT, 304, f"Betreff: {SUBJECT}", Face(fonts.SERIF_BOLD, 12.5, FOREST))
    pen.text(LEFT, 336, "Sehr geehrte Frau Falkenried,", BODY)
    y = 360.0
    for words in PARAGRAPHS:
        y = pen.paragraph(LEFT, y, words, BODY, width=RIGHT - LEFT, leading=16.5) + 8
    pen.text(LEFT, y + 10, "Mit freundlichen Grüßen", BODY)
    pen.text(LEFT + 4, y + 50, "Konrad Weidlich", Face(fonts.SCRIPT, 28, "#1d3f8f"))
    pen.lines(LEFT, y + 74, ("Konrad Weidlich", "Leiter der Sammlungen"), BODY, leading=15)
    foot(pen)
    fields = {"sender": SENDER, "recipient": RECIPIENT, "date": "2026-10-19", "subject": SUBJECT}
    return Sample("letter.pdf", "letter", pen.finish(), pages=1, fields=fields)


def letterhead(pen: Pen) -> None:
    x, y = RIGHT - 36, 44
    pen.box(x, y, 36, 36, fill=FOREST, radius=4)
    for eye in (x + 11, x + 25):
        pen.circle(eye, y + 14, 6, fill="#ffffff")
        pen.circle(eye, y + 14, 2.6, fill=FOREST)
    pen.shape(((x + 15, y + 21), (x + 21, y + 21), (x + 18, y + 28)), MOSS)
    pen.text(x - 14, 62, SENDER, Face(fonts.SERIF_BOLD, 16, FOREST), "right")
    pen.text(x - 14, 76, "Bücher, Karten und ein ruhiger Platz am Fenster", Face(fonts.SERIF_ITALIC, 10, MOSS), "right")
    for mark in (298, 595):
        pen.rule(14, mark, 26, color="#b9c0b6", line=0.4)


def address(pen: Pen) -> None:
    pen.text(LEFT, 138, "Stadtbibliothek Eulenbrück · Am Turm 2 · 37999 Eulenbrück", SMALL)
    pen.rule(LEFT, 142, LEFT + 222, color="#c8cfc4", line=0.4)
    pen.lines(LEFT, 162, ("Frau", RECIPIENT, "Kastanienweg 31", "34399 Oberweser"), BODY, leading=15)
    facts = (("Telefon", "05500 000 217"), ("E-Mail", "weidlich@eulenbrueck.example"), ("Datum", "19. Oktober 2026"))
    for index, (label, value) in enumerate(facts):
        pen.text(372, 162 + index * 26, label, SMALL)
        pen.text(372, 174 + index * 26, value, Face(fonts.SANS, 9, "#222a25"))


def foot(pen: Pen) -> None:
    pen.rule(LEFT, 784, RIGHT, color="#c8cfc4", line=0.4)
    note = "Öffnungszeiten: Dienstag bis Samstag 10 bis 19 Uhr · www.eulenbrueck.example"
    pen.text(pen.width / 2, 799, note, SMALL, "center")
