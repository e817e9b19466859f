"""Whether a piece of text can be the name of a person or company, and when two names are the same."""

import re
from functools import lru_cache

from services.extractor.local.blocks import POSTCODE_CITY, STREET_NUMBER
from services.extractor.local.currencies import CODES
from services.extractor.local.dates import DUE, ISSUED
from services.extractor.local.names import LEGAL_FORM, legal_form
from services.extractor.local.numbers import is_number_label
from services.extractor.local.party_words import (
    DOMAIN,
    NAME_LABEL,
    NAME_WORDS,
    NOT_A_PARTY,
    ROLE_LABELS,
    SOFT,
    SOLD_BY,
    TITLE,
)
from services.extractor.local.places import STREET, STREET_PART
from services.extractor.local.tables import KIND_OF
from services.extractor.local.text import compact, plain, tokens

LONGEST = 60
LONGEST_LABEL = 20
BRANCH = re.compile(r"\s*(?:&\s*Co\.?.*|\s[A-ZÄÖÜ][^\W\d_]+|\s\([^)]*\))?")  # behind a legal form, still the name
NUMBERED_NAME = re.compile(r"\b(?:NR|NO|N[O°º]?)\.?\s\d{1,3}$")  # a school's or ward's number belongs to its name
REFERENCE = re.compile(r"\d{5}|\d{4}[-/.]\d{3}|\d{3}-\d{4}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}")  # of a document, or a date
GLUED = re.compile(r"\d[A-Z]{1,2}\s[A-Z]{4,}$")
OF_A_NUMBER = re.compile(
    r"(?:COD(?:E|ICE|IGO)?|N|NO|NR|NUM|NUMERO|REF|DATE|DATA|FECHA)(?:DE|DI|DU|DO|DEL)?"
)  # a client's number or a date of billing names no client
SALUTATIONS = frozenset({"FRAU", "HERR", "HERRN", "MR", "MRS", "MS", "MONSIEUR", "MADAME", "FIRMA", "AN", "SIG"})
STREETS = frozenset(STREET)
NOT_NAMES = frozenset(NOT_A_PARTY)
LABELS = frozenset({*ROLE_LABELS, *NAME_WORDS, *KIND_OF, *ISSUED, *DUE, *CODES})


@lru_cache(maxsize=2048)
def name_in(text: str) -> str | None:
    """The name a piece of text holds, without labels, titles and what follows a legal form."""
    text = NAME_LABEL.sub("", text.strip(" :;,.*-\u2013·●•")).strip()
    text = re.split(r"\s+[-\u2013\u2014]\s+|\s*[●•·|]\s*|\s{3,}", text)[0]
    legal = LEGAL_FORM.search(text)
    if legal and legal.start() > 2 and not BRANCH.fullmatch(text[legal.end() :]):
        text = text[: legal.end()]
    if stated := list(SOLD_BY.finditer(text)):
        text = text[stated[-1].end() :]
    text = text.strip(" :;,*-\u2013·●•")
    return text if is_name(text) else None


@lru_cache(maxsize=2048)
def is_name(text: str) -> bool:
    """Whether this can be the name of a person or company: no title, address, reference, label or phrase."""
    upper = plain(text)
    letters = sum(char.isalpha() for char in text)
    digits = sum(char.isdigit() for char in text)
    if not letters >= 3 or len(text) > LONGEST or digits > letters / 2:
        return False
    if (
        TITLE.fullmatch(text.strip())
        or REFERENCE.search(text)
        or DOMAIN.search(text)
        or "@" in text
        or len(text.split()) > 8
    ):
        return False
    street = STREET_NUMBER.search(upper) and (digits or STREET_PART.search(upper)) and not _numbered(upper)
    if POSTCODE_CITY.search(upper) or street or (digits and tokens(text) & STREETS):
        return False
    squeezed = compact(text)
    if tokens(text) <= SALUTATIONS or squeezed in LABELS or is_number_label(text):
        return False
    if len(squeezed) < LONGEST_LABEL and any(is_number_of(squeezed, role) for role in ROLE_LABELS):
        return False
    strange = tokens(text) & NOT_NAMES
    return (not strange or (strange <= SOFT and _is_written_as_name(text, strange))) and ":" not in text


def _is_written_as_name(text: str, strange: frozenset[str]) -> bool:
    """Whether words that seldom stand in names do here: with a legal form, or capitals all over and not in front."""
    parts = text.split()
    capitals = all(any(map(str.isupper, part)) or not part.isalpha() for part in parts)
    return legal_form(text) or (len(parts) > 2 and capitals and plain(parts[0]) not in strange)


def _numbered(upper: str) -> bool:
    """Whether the number belongs to a name: School No. 3, 3F Example."""
    return bool(NUMBERED_NAME.search(upper) or GLUED.match(upper))


def is_number_of(squeezed: str, role: str) -> bool:
    """Whether a compact label is that of a role's number: Code client, N° cliente."""
    return squeezed.endswith(role) and bool(OF_A_NUMBER.fullmatch(squeezed.removesuffix(role)))


def same_key(name: str) -> str:
    """Names are the same when they are without legal form."""
    return compact(LEGAL_FORM.sub("", name)) or compact(name)
