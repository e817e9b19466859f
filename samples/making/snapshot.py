"""Photographs a piece of paper: lays it on a surface in perspective, with shadow, curl, light and grain."""

from collections.abc import Sequence
from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from samples.making import paper
from samples.making.paper import Pixels, Rng

Corner = tuple[float, float]
EXIF_ORIENTATION = 274


def wood(width: int, height: int, color: tuple[int, int, int], rng: Rng) -> Pixels:
    """A table top with grain along the height."""
    grain = paper.clouds(height, width, (4, 60), rng) * 0.09 + paper.clouds(height, width, (9, 260), rng) * 0.06
    planks = np.ones(width, dtype=np.float32)
    for seam in range(width // 7, width, width // 3):
        planks[seam : seam + 5] = 0.55
    surface: Pixels = np.asarray(color, dtype=np.float32) * (1 + grain)[..., None] * planks[None, :, None]
    return surface


def stone(width: int, height: int, color: tuple[int, int, int], rng: Rng) -> Pixels:
    """A speckled counter."""
    speckle = paper.clouds(height, width, (180, 140), rng) * 0.1 + paper.clouds(height, width, (7, 5), rng) * 0.07
    surface: Pixels = np.asarray(color, dtype=np.float32) * (1 + speckle)[..., None]
    return surface


def photographed(
    sheet: Image.Image, surface: Pixels, corners: Sequence[Corner], rng: Rng, *, rounded: int = 0
) -> Image.Image:
    """The sheet with its corners (top left, top right, bottom right, bottom left) at these places of the surface.

    `rounded` is the radius of its corners in pixels.
    """
    size = (surface.shape[1], surface.shape[0])
    coefficients = perspective(corners, sheet.size)
    mask = Image.new("L", sheet.size, 0)  # one pixel stays free around it, so that the edges come out smooth
    ImageDraw.Draw(mask).rounded_rectangle((1, 1, sheet.width - 2, sheet.height - 2), rounded, fill=255)
    placed = curled(sheet, rng).transform(size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC)
    cover = mask.transform(size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC)
    shadow = Image.new("L", size, 0)
    shadow.paste(cover, (14, 18))
    dark = np.asarray(shadow.filter(ImageFilter.GaussianBlur(16)), dtype=np.float32) / 255
    scene = paper.to_image((surface * (1 - 0.5 * dark)[..., None]).astype(np.float32))
    scene.paste(placed, (0, 0), cover.filter(ImageFilter.GaussianBlur(0.8)))
    pixels = paper.lit(paper.to_pixels(scene.filter(ImageFilter.GaussianBlur(0.6))), rng, 0.05)
    return paper.to_image(paper.grainy(pixels, rng, 3.2))


def curled(sheet: Image.Image, rng: Rng) -> Image.Image:
    """The sheet's own shading: thermal paper never lies flat, and its print is uneven."""
    pixels = paper.to_pixels(sheet)
    height, width, _ = pixels.shape
    across = np.linspace(-1, 1, width, dtype=np.float32)
    wave = 0.03 * np.sin(np.linspace(0.4, 7.5, height, dtype=np.float32))[:, None] - 0.05 * (across**4)[None, :]
    faded = pixels + (255 - pixels) * (0.1 + 0.1 * paper.clouds(height, width, (7, 2), rng))[..., None] * 0.8
    return paper.to_image(faded * (1 + wave)[..., None] * np.asarray((0.965, 0.96, 0.94), dtype=np.float32))


def perspective(corners: Sequence[Corner], size: tuple[int, int]) -> tuple[float, ...]:
    """The eight coefficients by which Pillow finds, for a place in the photo, the place on the sheet."""
    width, height = size
    rows, values = [], []
    for (x, y), (u, v) in zip(corners, ((0, 0), (width, 0), (width, height), (0, height)), strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return tuple(np.linalg.solve(np.asarray(rows, dtype=np.float64), np.asarray(values, dtype=np.float64)).tolist())


def as_jpeg(picture: Image.Image, *, sideways: bool = False) -> bytes:
    """A JPEG; `sideways` stores it lying on its side with EXIF orientation 6, as phones do."""
    exif = Image.Exif()
    if sideways:
        picture = picture.transpose(Image.Transpose.ROTATE_90)
        exif[EXIF_ORIENTATION] = 6
    file = BytesIO()
    picture.save(file, "JPEG", quality=76, exif=exif)
    return file.getvalue()
