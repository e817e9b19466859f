"""Evidence as results show it: where a value stands and how sure it is."""

from collections.abc import Sequence

from services.extractor.local.candidates import Candidate
from services.extractor.local.confidence import confidence_of
from shared.pages import Word
from shared.results import Citation, FieldEvidence


def evidence_of(candidate: Candidate, *, field: str | None = None, warnings: tuple[str, ...] = ()) -> FieldEvidence:
    citation = citation_of(candidate.page, candidate.words)
    return FieldEvidence(confidence=confidence_of(candidate, field), citations=citation, warnings=warnings)


def citation_of(page: int, words: Sequence[Word]) -> tuple[Citation, ...]:
    """The words quoted and the box around them; nothing where no words are known."""
    if not words:
        return ()
    box = (min(w.x0 for w in words), min(w.y0 for w in words), max(w.x1 for w in words), max(w.y1 for w in words))
    return (Citation(page=page, text=" ".join(word.text for word in words), bbox=box),)
