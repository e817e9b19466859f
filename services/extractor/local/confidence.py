"""How far a value can be trusted: a logistic curve over the evidence for it.

The weights are data, fitted on documents of companies held out in turn; `python -m bench.fit_confidence` makes them.
"""

import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from services.extractor.local.candidates import Candidate
from services.extractor.local.field_names import AMOUNTS, DATES

CLEAN = 0.985  # what an OCR engine says of a piece of text it read well
WORST = 0.3  # doubts beyond this are alike
SURE_ENOUGH = 0.6  # below, an important value goes to review
CELL = "cell"  # the field of what stands in a row of a list
KINDS = {
    "number": "number",
    "order_number": "number",
    "address": "address",
    "currency": "currency",
    CELL: "cell",
}  # all else is like the name of a party: text behind a label or in its place


def confidence_of(candidate: Candidate, field: str | None = None) -> float:
    """Between 0 and 1, rounded to three digits."""
    points = sum(_weights().get(name, 0.0) * value for name, value in features_of(candidate, field).items())
    return round(1 / (1 + math.exp(-max(min(points, 30.0), -30.0))), 3)


def features_of(candidate: Candidate, field: str | None) -> dict[str, float]:
    """The evidence as numbers: lead over the runner-up, agreeing facts, what OCR doubted, how much it had to read."""
    kind = kind_of(field)
    read = [word.confidence for word in candidate.words if word.confidence is not None]
    doubt = min(max(CLEAN - min(read, default=1.0), 0.0), WORST)
    scanned = 1.0 if read else 0.0
    written = kind in {"party", "address"}
    letters = len(str(candidate.value)) / 10 if scanned and written else 0.0
    return {
        f"is {kind}": 1.0,
        f"margin of {kind}": min(max(candidate.margin, 0.0), 3.0),
        "facts": float(min(len(candidate.facts), 4)),
        "labelled": float("label" in candidate.facts),
        "adds up": float("net + tax" in candidate.facts),
        "scanned": scanned,
        "doubt of words" if written else "doubt of figures": doubt * 10,
        "letters read": min(letters, 10.0),
    }


def kind_of(field: str | None) -> str:
    if field in AMOUNTS:
        return "amount"
    return "date" if field in DATES else KINDS.get(field or "", "party")


@cache
def _weights() -> Mapping[str, float]:
    weights: dict[str, float] = json.loads(Path(__file__).with_name("confidence.json").read_bytes())["weights"]
    return weights
