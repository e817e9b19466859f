"""How far a value can be trusted, from the evidence for it: margin, agreeing facts, and how well its words were read."""

import math

from services.extractor.local.candidates import Candidate

# A logistic curve over three measures, set on scanned receipts and invoices with a text layer.
BASE = -0.4
PER_MARGIN = 0.45  # lead over the runner-up, in points of score, up to 3
PER_FACT = 0.5  # independent facts that agree, up to 4
PER_DOUBT = 14.0  # how far the worst word stays under a clean reading
CLEAN = 0.985
SURE_ENOUGH = 0.6  # below, an important value goes to review


def confidence_of(candidate: Candidate) -> float:
    """Between 0 and 1, rounded to three digits."""
    margin = min(max(candidate.margin, 0.0), 3.0)
    facts = min(len(candidate.facts), 4)
    read = [word.confidence for word in candidate.words if word.confidence is not None]
    doubt = max(CLEAN - min(read, default=1.0), 0.0)
    points = BASE + PER_MARGIN * margin + PER_FACT * facts - PER_DOUBT * min(doubt, 0.3)
    return round(1 / (1 + math.exp(-points)), 3)
