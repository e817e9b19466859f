"""Invented documents with exact truth, in many languages and layouts: what the reader's accuracy is measured on.

No page of a real document is in here. Made by a seed: the same seed, the same document.
"""

from dataclasses import dataclass, field
from typing import Any

from shared.pages import Pages


@dataclass(frozen=True)
class Invented:
    """A document, what it is, what a right reading gives, and the choices its layout was made of."""

    name: str
    kind: str
    language: str
    pages: Pages
    truth: dict[str, Any]
    layout: dict[str, str] = field(default_factory=dict)
