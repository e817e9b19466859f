"""Files that were fine once: bytes changed, cut, doubled and mixed, by a seed."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

SAMPLES = sorted(Path("samples").glob("*.*"))
_WORDS = (
    b"/Count 99999999",
    b"/Kids [1 0 R]",
    b"endobj",
    b"stream",
    b"\xff\xd8\xff",
    b"\x00" * 64,
    b"9" * 40,
    b"<<" * 200,
)


def mutated(count: int, *, seed: int) -> Iterator[bytes]:
    """So many files, each like one of the samples and yet not. The same seed gives the same files."""
    chance = random.Random(seed)
    good = [path.read_bytes() for path in SAMPLES if path.suffix in {".pdf", ".png", ".jpg"}]
    for _ in range(count):
        yield _mutate(chance.choice(good), good, chance)


def _mutate(raw: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    body = bytearray(raw)
    for _ in range(chance.choice((1, 1, 2, 5, 30))):
        at, length = chance.randrange(len(body) or 1), chance.choice((1, 4, 64, 2048))
        match chance.randrange(6):
            case 0:
                body[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del body[at : at + length]
            case 2:
                body[at:at] = body[at : at + length]
            case 3:
                body[at : at + length] = chance.randbytes(length)
            case 4:
                other = chance.choice(others)
                start = chance.randrange(len(other))
                body[at:at] = other[start : start + length]
            case 5:
                body[at:at] = chance.choice(_WORDS)
    return bytes(body)
