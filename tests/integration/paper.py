"""A sheet of paper with four lines, for whoever reads or shows pages."""

from PIL import Image, ImageDraw, ImageFont

LINES = ["ACME Trading Limited", "Invoice number 4711", "Printing paper 12.50", "Total amount 12.50"]


def paper() -> Image.Image:
    image = Image.new("RGB", (700, 500), "white")
    draw = ImageDraw.Draw(image)
    for number, text in enumerate(LINES):
        draw.text((60, 60 + 90 * number), text, "black", ImageFont.load_default(40))
    return image
