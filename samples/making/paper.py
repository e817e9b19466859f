"""Makes a clean page look like paper: toned, tilted, creased, shadowed, grainy. Pixels are float arrays, 0..255."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from samples.making.fonts import bitmap

Pixels = NDArray[np.float32]
Rng = np.random.Generator


def to_pixels(image: Image.Image) -> Pixels:
    return np.asarray(image.convert("RGB"), dtype=np.float32)


def to_image(pixels: Pixels) -> Image.Image:
    return Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8), "RGB")


def toned(image: Image.Image, paper: tuple[int, int, int]) -> Image.Image:
    """The page printed on paper of this colour."""
    return ImageChops.multiply(image.convert("RGB"), Image.new("RGB", image.size, paper))


def tilted(image: Image.Image, degrees: float, around: tuple[int, int, int]) -> Image.Image:
    """Turned a little, as a page lies in a feeder; what shows beyond the edge has the colour `around`."""
    return image.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=around)


def clouds(height: int, width: int, cells: tuple[int, int], rng: Rng) -> Pixels:
    """Soft random light, -1..1: `cells` random values down and across, smoothly enlarged to (height, width)."""
    seeds = Image.fromarray(rng.uniform(-1, 1, cells).astype(np.float32), "F")
    return np.asarray(seeds.resize((width, height), Image.Resampling.BICUBIC), dtype=np.float32)


def lit(pixels: Pixels, rng: Rng, strength: float) -> Pixels:
    """Uneven light over the page; `strength` is the share of brightness it moves."""
    height, width, _ = pixels.shape
    light: Pixels = pixels * (1 + strength * clouds(height, width, (3, 3), rng)[..., None])
    return light


def grainy(pixels: Pixels, rng: Rng, strength: float) -> Pixels:
    """Sensor noise with the standard deviation `strength`, the same in all colours."""
    noise = rng.normal(0, strength, pixels.shape[:2]).astype(np.float32)
    grain: Pixels = pixels + noise[..., None]
    return grain


def creased(pixels: Pixels, at: float, depth: float) -> Pixels:
    """A fold across the page at the share `at` of its height: a dark line with a light rim."""
    height = pixels.shape[0]
    distance = np.arange(height, dtype=np.float32) - at * height
    fold = 1 - depth * np.exp(-((distance / 2.2) ** 2)) + depth * 0.4 * np.exp(-(((distance - 6) / 5) ** 2))
    bent: Pixels = pixels * fold[:, None, None]
    return bent


def edge_shadow(pixels: Pixels, reach: float, depth: float) -> Pixels:
    """The shadow along the left and upper edge where the lid does not close."""
    height, width, _ = pixels.shape
    left = np.exp(-np.arange(width, dtype=np.float32) / (reach * width))
    top = np.exp(-np.arange(height, dtype=np.float32) / (reach * height))
    shadowed: Pixels = pixels * (1 - depth * np.maximum(left[None, :], top[:, None] * 0.7)[..., None])
    return shadowed


def worn_stamp(
    lines: tuple[tuple[str, int], ...], color: tuple[int, int, int], font_file: str, rng: Rng
) -> Image.Image:
    """A rubber stamp with a frame, its ink uneven, on transparent ground. `lines` are texts with sizes in pixels."""
    width, height = 330, 60 + sum(size for _, size in lines)
    mask = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(mask)
    draw.rounded_rectangle((5, 5, width - 6, height - 6), 12, outline=255, width=5)
    y = 24
    for text, size in lines:
        draw.text((width / 2, y), text, font=bitmap(font_file, size), fill=255, anchor="mt")
        y += size + 12
    ink = np.asarray(mask, dtype=np.float32) * (0.66 + 0.3 * clouds(height, width, (9, 22), rng))
    stamp = Image.new("RGBA", (width, height), (*color, 0))
    stamp.putalpha(Image.fromarray(np.clip(ink, 0, 255).astype(np.uint8), "L").filter(ImageFilter.GaussianBlur(0.6)))
    return stamp
