"""Finds a document's type by local rules: wordings in many languages, and the shape of the pages."""

from collections import defaultdict
from collections.abc import Iterable
from math import exp

from pydantic import BaseModel, ConfigDict, Field

from services.classifier.document_types import OTHER, DocumentType, built_in
from services.classifier.structure import shapes
from services.classifier.wording import Wordings
from shared.page_rows import Row, rows_of
from shared.pages import Pages

TITLE_ROWS = 25
TITLE_BONUS = 2.0
TITLE_WEIGHT = 2.0  # lighter wordings are hints wherever they stand
SOME = 3.0  # the weight of evidence at which an undisputed type is 63 % sure
RIVAL = 0.8  # how much the evidence for the next best type counts against the best


class Classification(BaseModel):
    """A document's type, how sure that is (0..1), and why, in a sentence."""

    model_config = ConfigDict(frozen=True)

    document_type: str
    confidence: float = Field(ge=0, le=1)
    reason: str


def classify(pages: Pages, *, types: Iterable[DocumentType] | None = None) -> Classification:
    """The type that the evidence speaks for. `types` are those of the tenant; the built-in ones unless given.

    The confidence grows with the weight of the evidence and shrinks with what speaks for the next best type.
    """
    known = tuple(built_in().values() if types is None else types)
    evidence = _evidence(pages, known)
    weights = {code: sum(found.values()) for code, found in evidence.items()}
    ranked = sorted(((weight, code) for code, weight in weights.items() if weight > 0), reverse=True)
    if not ranked:
        return Classification(document_type=OTHER, confidence=0.0, reason="Nothing in it speaks for a known type.")
    (best, code), second = ranked[0], (ranked[1][0] if len(ranked) > 1 else 0.0)
    title = next(document_type.title for document_type in known if document_type.code == code)
    return Classification(
        document_type=code,
        confidence=round((1 - exp(-best / SOME)) * best / (best + RIVAL * second), 2),
        reason=_reason(title, evidence[code]),
    )


def _evidence(pages: Pages, types: tuple[DocumentType, ...]) -> dict[str, dict[str, float]]:
    """By type: what was seen, with its weight."""
    rows = _telling_rows(pages)
    text = Wordings([row.text for row in rows])
    cells = Wordings([cell.text for row in rows[:TITLE_ROWS] for cell in row.cells])
    evidence: dict[str, dict[str, float]] = defaultdict(dict)
    for document_type in types:
        for wording in text.those_of(document_type.keywords):
            weight = document_type.keywords[wording]
            titled = weight >= TITLE_WEIGHT and (text.is_title(wording, rows=TITLE_ROWS) or cells.is_title(wording))
            evidence[document_type.code][f"“{wording}”"] = weight * (TITLE_BONUS if titled else 1.0)
    codes = {document_type.code for document_type in types}
    for code, weight, seen in shapes(pages, rows):
        if code in codes:
            evidence[code][seen] = weight
    return evidence


def _telling_rows(pages: Pages) -> list[Row]:
    """The first two pages and the last: what a document is stands there, and long lists cost nothing."""
    telling = [*pages.pages[:2], *pages.pages[2:][-1:]]
    return [row for page in telling for row in rows_of(page)]


def _reason(title: str, found: dict[str, float]) -> str:
    strongest = sorted((seen for seen in found if found[seen] > 0), key=lambda seen: -found[seen])[:3]
    return f"{title}, because it has {', '.join(strongest[:-1]) + ' and ' if strongest[1:] else ''}{strongest[-1]}."
