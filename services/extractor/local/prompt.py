"""What a prompt asks for, as far as field names in it allow; the rest is listed, never silently dropped."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.extractor.local.field_names import field_of, item_field_of
from services.extractor.local.text import compact

ASKS = re.compile(
    r"^(?:please\s+|now\s+|and\s+|then\s+|also\s+|additionally\s+|i\s+(?:want|need)\s+|we\s+(?:want|need)\s+|only\s+|just\s+)*"
    r"(?:extract|read|return|get|find|list|give(?:\s+me)?|capture|pull|identify|collect|report|provide|output|include|add|fetch|take|want|need)\b\s*",
    re.IGNORECASE,
)
ONLY = re.compile(r"\b(?:only|just|nothing else|nothing but|no other fields|solely)\b", re.IGNORECASE)
ALSO = re.compile(r"\b(?:also|additionally|in addition|as well|plus|add)\b", re.IGNORECASE)
WITHOUT = re.compile(
    r"\b(?:without|except|excluding|do not extract|don't extract|leave out|skip|omit|ignore)\b\s*(.+)", re.IGNORECASE
)
DESCRIBES = re.compile(r"^(?:please\s+)?read\s+(?:this|the|these|every|each|all)\b", re.IGNORECASE)
CHANGES = re.compile(
    r"\b(?:translat|summari[sz]|convert|classif|categor|explain|calculat|comput|compar|rate\b|score|judg|decid|sort|group|format|rewrite|"
    r"correct|in (?:german|french|english|spanish|italian)|why|whether|capital letters|upper ?case|lower ?case|replac|guess|estimat|round)",
    re.IGNORECASE,
)
HARMLESS = re.compile(
    r"^(?:you are|this is|the document|it is|the (?:file|text)|thank|please$|hello|hi\b)|\b(?:json|schema|null|iso[ -]?8601|iso 4217|yyyy-mm-dd|"
    r"do not (?:invent|guess|make up)|don't (?:invent|guess)|never (?:invent|guess)|as (?:plain )?numbers?|that leaves the account is negative|"
    r"exactly as|as (?:it is |they are )?(?:written|printed|shown)|if (?:it is |they are |a (?:value|field) is )?(?:missing|absent|not (?:there|present|found|shown)))\b",
    re.IGNORECASE,
)
GENERIC = re.compile(
    r"^(?:all|the|these|those|following|relevant|key|main|important|requested|required|usual|available|any|every|each|its|their|this|of|from|in|"
    r"fields?|values?|data|information|info|details?|contents?|everything|document|documents|invoices?|receipts?|statements?|bank|purchase|orders?|payslips?|letters?|contracts?|"
    r"resumes?|page|pages|file|for|below|above|listed|it|them|me|us|and|with|to|a|an|as|given|schema|into|line|items?|rows?)$",
    re.IGNORECASE,
)
FILLER = re.compile(
    r"^(?:the|its|their|a|an|any|each|every|all|his|her|our|name of the|name of|value of|amount of the|also|only|just|please|me|of)\s+|"
    r"\s+(?:from|on|of|in|at|for) (?:the|this|each|every|that) .*$|\s+(?:as well|too|please|field|fields|value|only|itself|if (?:any|present|shown|available))$|^to\s+",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
LIST_MARK = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s*")
LONGEST_NAME = 4  # words


@dataclass(frozen=True)
class Wish:
    """What a prompt asks for.

    `fields` are names as written, in order; empty when it names none. `only` asks for nothing else; `without` lists
    what to leave out; `unfollowed` holds the sentences a reader of fields can not follow.
    """

    fields: tuple[str, ...] = ()
    only: bool = False
    also: bool = False
    without: tuple[str, ...] = ()
    unfollowed: tuple[str, ...] = ()


def wish_of(prompt: str) -> Wish:
    """Read a prompt. An empty or plain one (`extract all fields`) wishes for nothing in particular."""
    fields: list[str] = []
    without: list[str] = []
    unfollowed: list[str] = []
    asking = False
    for sentence in _sentences(prompt):
        left_out = WITHOUT.search(sentence)
        if left_out:
            without += [name for name in _names(left_out[1]) if name]
            sentence = sentence[: left_out.start()].strip(" ,")  # noqa: PLW2901 - the rest is read as usual
        if DESCRIBES.match(sentence) and not ONLY.search(sentence):
            unfollowed += [sentence] if CHANGES.search(sentence) else []
            continue
        listed = LIST_MARK.match(sentence)
        asks = ASKS.match(sentence) or (listed and asking) or field_of(_core(sentence))
        if asks and sentence:
            asking = True
            names, strange = _wanted(sentence)
            fields += names
            unfollowed += [strange] if strange else []
        elif sentence and not HARMLESS.search(sentence):
            unfollowed.append(sentence)
    only, also = bool(ONLY.search(prompt)), bool(ALSO.search(prompt))
    return Wish(tuple(dict.fromkeys(fields)), only, also, tuple(without), tuple(unfollowed))


def _sentences(prompt: str) -> Iterator[str]:
    for part in SENTENCE.split(prompt):
        if sentence := part.strip().rstrip(".!?;").strip():
            yield sentence


def _wanted(sentence: str) -> tuple[list[str], str | None]:
    """The names a sentence asks for, and the sentence itself when something in it is no name."""
    text = LIST_MARK.sub("", sentence)
    text = ASKS.sub("", text)
    head, colon, tail = text.partition(":")
    listing = tail if colon and tail.strip() else text
    if colon and tail.strip() and field_of(_core(head)):
        listing = head  # a list entry with its explanation: `total: the amount to pay`
    names: list[str] = []
    strange = False
    for name in _names(re.sub(r"\([^)]*\)", "", listing)):
        if len(name.split()) > LONGEST_NAME or (HARMLESS.search(name) and not field_of(name)):
            strange = strange or not HARMLESS.search(name)
        elif not (names and item_field_of(name) and field_of(names[-1]) == "line_items" and not field_of(name)):
            names.append(name)
    return names, sentence if strange else None


def _names(text: str) -> Iterator[str]:
    for part in re.split(r",|;|/|\band\b|\bplus\b|&|\bas well as\b|\bor\b|\bwith\b", text):
        name = _core(part)
        if (name and not all(GENERIC.match(word) for word in name.split())) or compact(name) in {
            "LINEITEMS",
            "ITEMS",
            "ROWS",
        }:
            yield name


def _core(text: str) -> str:
    name = text.strip(" .:;\"'`*-")
    for _ in range(4):
        shorter = FILLER.sub("", name).strip(" .:;\"'`*-")
        if shorter == name or not shorter:
            break
        name = shorter
    return name
