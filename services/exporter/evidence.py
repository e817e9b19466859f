"""The evidence of one exported row: the pages its values stand on, and how sure the least sure of them is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from services.exporter.rows import Path
from shared.results import FieldEvidence

EN_DASH = "\u2013"


@dataclass(frozen=True)
class RowEvidence:
    """`confidence` is the lowest of the row, 0..1. Both are None where nothing is known."""

    pages: str | None
    confidence: float | None


class Evidence:
    """The evidence of a document by row. A row's evidence is its item's, or the document's where the item has none."""

    def __init__(self, fields: Mapping[str, FieldEvidence], item_path: Path | None) -> None:
        items: defaultdict[int, list[FieldEvidence]] = defaultdict(list)
        own: list[FieldEvidence] = []
        opening = ".".join(item_path) + "[" if item_path else None
        for name, evidence in fields.items():
            number = name[len(opening) :].partition("]")[0] if opening and name.startswith(opening) else ""
            (items[int(number)] if number.isdecimal() else own).append(evidence)
        self._items = {number: _summary(evidence) for number, evidence in items.items()}
        self._document = _summary(own)

    def of_row(self, item: int | None) -> RowEvidence:
        """The evidence of an item, counted from 0; of the document for None."""
        return self._document if item is None else self._items.get(item, self._document)


def _summary(fields: Iterable[FieldEvidence]) -> RowEvidence:
    fields = list(fields)
    pages = sorted({citation.page for field in fields for citation in field.citations})
    return RowEvidence(_ranges(pages), min((field.confidence for field in fields), default=None))


def _ranges(pages: list[int]) -> str | None:
    """`1, 3 to 5` with a dash, and not a hyphen, since a spreadsheet reads 3-5 as a date."""
    if not pages:
        return None
    breaks = [(before, after) for before, after in pairwise(pages) if after != before + 1]
    starts = [pages[0], *(after for _, after in breaks)]
    ends = [*(before for before, _ in breaks), pages[-1]]
    return ", ".join(str(a) if a == b else f"{a}{EN_DASH}{b}" for a, b in zip(starts, ends, strict=True))
