"""Text reduced to what can be compared: upper case without accents, as tokens or without any gaps."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

SOLID = str.maketrans(
    {"ß": "ss", "ẞ": "SS", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D"}
)  # no accent to take off
DIGITS = str.maketrans("OoQIlSB", "0001158")
MISREAD_NUMBER = re.compile(
    r"(?<![^\W_])(?=[^\s]*\d)(?:[\dOoIlSB]{1,2}[./-][\dOoIlSB]{1,2}[./-][\dOoIlSB]{2,4}|[\dOoQIlSB]{1,4}[.,][\dOoQIlSB]{2})(?![^\W_])"
)
SHORT = 5  # words up to this length count only as a whole token: UST stands in INDUSTRIE


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Upper case, accents taken off."""
    decomposed = unicodedata.normalize("NFKD", text.translate(SOLID))
    return "".join(char for char in decomposed if not unicodedata.combining(char)).upper()


@lru_cache(maxsize=8192)
def compact(text: str) -> str:
    """Letters and digits only: OCR drops spaces and text layers insert them."""
    return "".join(char for char in plain(text) if char.isalnum())


@lru_cache(maxsize=8192)
def tokens(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W_]+", plain(text)))


def mentions(text: str, words: Iterable[str]) -> bool:
    """Whether one of the words stands in the text. The words are compact: upper case letters and digits."""
    return first_mention(text, words) is not None


def first_mention(text: str, words: Iterable[str]) -> str | None:
    """The first of the words that stands in the text; short ones only as a whole token."""
    squeezed = compact(text)
    parts = tokens(text)
    for word in words:
        if word in parts or (word in squeezed and (len(word) > SHORT or word == squeezed)):
            return word
    return None


def digits_mended(text: str) -> str:
    """Letters that OCR reads for digits put right inside dates and amounts; the length stays."""
    return MISREAD_NUMBER.sub(lambda match: match[0].translate(DIGITS), text)


def has_letters(text: str, at_least: int = 2) -> bool:
    return sum(char.isalpha() for char in text) >= at_least


def words(listed: str) -> tuple[str, ...]:
    """A vocabulary written as one text, as tuple."""
    return tuple(listed.split())
