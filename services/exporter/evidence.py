"""The evidence of one exported row: the pages its values stand on, and how sure the least sure of them is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
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
    """The evidence of a document by row. A row's evidence is its item's, or the document's where the item has none.

    Nothing is counted until somebody asks: most exports do not show it.
    """

    def __init__(self, fields: Mapping[str, FieldEvidence], item_path: Path | None) -> None:
        self._fields = fields
        self._item_path = item_path

    def of_row(self, item: int | None) -> RowEvidence:
        """The evidence of an item, counted from 0; of the document for None."""
        return self._by_row.get(item, self._by_row[None])

    @cached_property
    def _by_row(self) -> dict[int | None, RowEvidence]:
        fields: dict[int | None, list[FieldEvidence]] = {None: []}
        opening = ".".join(self._item_path) + "[" if self._item_path else None
        for name, evidence in self._fields.items():
            number = name[len(opening) :].partition("]")[0] if opening and name.startswith(opening) else ""
            fields.setdefault(int(number) if number.isdecimal() else None, []).append(evidence)
        return {number: _summary(evidence) for number, evidence in fields.items()}


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
