"""What a look at one part found."""

from collections.abc import Awaitable, Callable
from enum import StrEnum

from pydantic import BaseModel


class State(StrEnum):
    GOOD = "good"
    WARNING = "warning"
    PROBLEM = "problem"


class Finding(BaseModel):
    """One thing that was looked at. `advice` says what to do where it is not good. Neither repeats a secret."""

    part: str
    state: State
    says: str
    advice: str = ""


Check = Callable[[], Awaitable[list[Finding]]]


def good(part: str, says: str) -> Finding:
    return Finding(part=part, state=State.GOOD, says=says)


def warning(part: str, says: str, advice: str) -> Finding:
    return Finding(part=part, state=State.WARNING, says=says, advice=advice)


def problem(part: str, says: str, advice: str) -> Finding:
    return Finding(part=part, state=State.PROBLEM, says=says, advice=advice)
