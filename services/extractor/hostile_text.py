"""Notices documents that speak to the model that reads them, so that a person looks at what came of it."""

import re
import unicodedata
from collections.abc import Iterator

from shared.page_rows import text_of
from shared.pages import Pages
from shared.results import ResultWarning

# Compared without case, accents, invisible signs and spaces, which is how such texts are disguised.
ORDERED = r"(instruction|rule|prompt|guideline|direction|command|order|message)"
ADDRESSES = (
    rf"(ignore|disregard|forget|override)(all|any|every|the|your|these|those|of)*(previous|prior|above|earlier|system|other|former)\w{{0,12}}{ORDERED}s?(?!number|no)",
    rf"(ignore|disregard|override)(all|the|your|any)*{ORDERED}s",
    r"(ignorier|vergiss)\w{0,30}(anweisung|vorgabe|regel)",
    r"ignore[sz]?(toutes|les|todas|las|tutte|le)+\w{0,20}(instruction|instruccion|istruzion)",
    r"system(prompt|override|instruction)|developermessage|jailbreak",
    r"youare(now)?(an?|the)?(ai|assistant|languagemodel|chatbot|llm)",
    r"(note|instruction|message|hinweis)s?(to|for|an)(the|any|all|das|die)?(ai|llm|languagemodel|ki)(?=that|which|reading|model|assistant|:|,|\.)",
    r"\"?role\"?:\"?(system|assistant|developer)|im_start|im_end|endoftext|\[/?inst\]|<</?sys>>|</?(system|assistant|document)>",
    r"newinstructions?:|(return|output|respondwith|answerwith|report)(only)?(this|the|following)*json",
)
PATTERN = re.compile("|".join(f"(?:{each})" for each in ADDRESSES))
MARK = "speaks_to_model"


def hostile_warnings(pages: Pages) -> Iterator[ResultWarning]:
    """One warning when the text looks like orders to a model. They change nothing but, at worst, this document's values."""
    if speaks_to_model(text_of(pages)):
        message = "The document contains text that seems to give orders to the model. Check the values."
        yield ResultWarning(code=MARK, message=message)


def speaks_to_model(text: str) -> bool:
    """Whether a text looks like orders to a model, however it is spaced, accented or broken into lines."""
    return bool(PATTERN.search(_bare(text)))


def visible(text: str) -> str:
    """The text without signs that nobody sees: zero-width, direction marks, tags."""
    return "".join(sign for sign in text if unicodedata.category(sign) not in {"Cf", "Cc", "Co", "Cn"})


def _bare(text: str) -> str:
    folded = unicodedata.normalize("NFKD", visible(text.replace("\n", " "))).casefold()
    return "".join(sign for sign in folded if not sign.isspace() and not unicodedata.combining(sign))
