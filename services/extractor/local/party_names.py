"""Whether a piece of text can be the name of a person or company, and when two names are the same."""

import re
from functools import lru_cache

from services.extractor.local.blocks import POSTCODE_CITY, STREET_NUMBER
from services.extractor.local.names import LEGAL_FORM
from services.extractor.local.party_words import DOMAIN, NAME_LABEL, NOT_A_PARTY, ROLE_LABELS, TITLE
from services.extractor.local.places import STREET_PART
from services.extractor.local.text import compact, plain, tokens

LONGEST = 60
BRANCH = re.compile(r"\s*(?:&\s*Co\.?.*|\s[A-ZÄÖÜ][^\W\d_]+|\s\([^)]*\))?")  # behind a legal form, still the name
SALUTATIONS = frozenset({"FRAU", "HERR", "HERRN", "MR", "MRS", "MS", "MONSIEUR", "MADAME", "FIRMA", "AN", "SIG"})
NOT_NAMES = frozenset(NOT_A_PARTY)


@lru_cache(maxsize=2048)
def name_in(text: str) -> str | None:
    """The name a piece of text holds, without labels, titles and what follows a legal form."""
    text = NAME_LABEL.sub("", text.strip(" :;,.*-\u2013·●•")).strip()
    text = re.split(r"\s+[-\u2013\u2014]\s+|\s*[●•·|]\s*|\s{3,}", text)[0]
    legal = LEGAL_FORM.search(text)
    if legal and legal.start() > 2 and not BRANCH.fullmatch(text[legal.end() :]):
        text = text[: legal.end()]
        text = re.sub(r"^.*\b(?:sold by|issued by|verkauft durch|vendu par)\s+", "", text, flags=re.IGNORECASE)
    text = text.strip(" :;,*-\u2013·●•")
    return text if is_name(text) else None


@lru_cache(maxsize=2048)
def is_name(text: str) -> bool:
    upper = plain(text)
    letters = sum(char.isalpha() for char in text)
    digits = sum(char.isdigit() for char in text)
    if not letters >= 3 or len(text) > LONGEST or digits > letters / 2:
        return False
    if TITLE.fullmatch(text.strip()) or DOMAIN.search(text) or "@" in text or len(text.split()) > 8:
        return False
    if POSTCODE_CITY.search(upper) or (STREET_NUMBER.search(upper) and (digits or STREET_PART.search(upper))):
        return False
    if tokens(text) <= SALUTATIONS:
        return False
    return not tokens(text) & NOT_NAMES and compact(text) not in ROLE_LABELS and ":" not in text


def same_key(name: str) -> str:
    """Names are the same when they are without legal form."""
    return compact(LEGAL_FORM.sub("", name)) or compact(name)
