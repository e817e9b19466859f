"""Pictures of any size that no store can squeeze."""

from pathlib import Path

import numpy as np
from PIL import Image

MB = 1024 * 1024


def picture(file: Path, *, megapixels: int) -> Path:
    """A PNG of noise: 3 MB a megapixel."""
    noise = np.random.default_rng(megapixels).integers(0, 256, (1000, 1000 * megapixels, 3), dtype=np.uint8)
    Image.fromarray(noise).save(file, compress_level=0)
    return file
