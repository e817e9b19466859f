"""Mends words misread by OCR, but only towards a known word and only by letters that look alike."""

from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from services.extractor.local.text import plain, words

ALIKE = {
    frozenset(pair)
    for pair in words(
        "NM NH UD UO IL I1 L1 IJ IT LT OC O0 OD OQ C0 0D 0Q S5 B8 B3 B6 RK RP EF EB HN HM A4 G6 GC Z2 VY VU UV TI T1 T7 DB DO FP "
        "KX KH WV WM MN GO CG CE EC AR LE 8S NU"
    )
}


def mended(text: str, vocabulary: frozenset[str]) -> str:
    """The text with every token of four letters and more that is one look-alike letter from a known word put right."""
    return " ".join(_mended_token(token, vocabulary) for token in text.split(" "))


def _mended_token(token: str, vocabulary: frozenset[str]) -> str:
    core = token.strip(".,:;()[]'\"")
    upper = core.upper()
    if len(core) < 3 or upper in vocabulary:
        return token
    better = plain(core) if plain(core) in vocabulary else _known_word(upper, vocabulary)
    if better is None:
        return token
    return token.replace(core, better if core.isupper() or any(c.isdigit() for c in core) else better.capitalize())


@lru_cache(maxsize=4096)
def _known_word(word: str, vocabulary: frozenset[str]) -> str | None:
    return next((known for known in _of_length(len(word), vocabulary) if look_alike(word, known)), None)


@lru_cache(maxsize=64)
def _of_length(length: int, vocabulary: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(word for word in vocabulary if len(word) == length))


def look_alike(word: str, known: str) -> bool:
    """Same length, and exactly one letter differs, by a pair that is easily confused."""
    different = [frozenset((a, b)) for a, b in zip(word, known, strict=True) if a != b]
    return len(different) == 1 and different[0] in ALIKE


def nearly(text: str, targets: Iterable[str], *, edits: int) -> bool:
    """Whether the text is at most this many edits from one of the targets."""
    return any(Levenshtein.distance(text, target, score_cutoff=edits) <= edits for target in targets)
