"""Candidates for a field: a value, the evidence for it, and how to choose among several."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from shared.pages import Word


@dataclass(frozen=True)
class Candidate:
    """A possible value with its score, the facts that speak for it, and the words it was read from.

    `margin` is the lead over the best candidate with another value; set when it is chosen.
    """

    value: Any
    score: float
    page: int
    words: tuple[Word, ...]
    facts: frozenset[str] = field(default_factory=frozenset)
    margin: float = 3.0

    def adding(self, fact: str, points: float) -> "Candidate":
        return replace(self, score=self.score + points, facts=self.facts | {fact} if points > 0 else self.facts)


def choose(candidates: Iterable[Candidate], *, at_least: float = 0.0) -> Candidate | None:
    """The candidate with the highest score, the first of equals; None when none reaches `at_least`."""
    ranked = sorted(candidates, key=lambda candidate: -candidate.score)
    if not ranked or ranked[0].score < at_least:
        return None
    best = ranked[0]
    rival = next((other.score for other in ranked if other.value != best.value), at_least - 1)
    return replace(best, margin=best.score - rival)
