"""Counts what came out right: by field, rows, invented values, document types, and how honest the confidence is."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingestio.evaluation.labels import Labelled
from ingestio.evaluation.matching import row_key, same
from shared.results import Result

BINS = 10


@dataclass
class Tally:
    """Labelled, given and right of one field, or of the rows of a list.

    `invented` were given where the label says there is none; `unlabelled` where nothing is said, which is neither
    right nor wrong.
    """

    labelled: int = 0
    given: int = 0
    right: int = 0
    invented: int = 0
    unlabelled: int = 0

    @property
    def precision(self) -> float:
        return self.right / self.given if self.given else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.labelled if self.labelled else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.given + self.labelled) if self.given + self.labelled else 0.0

    def add(self, other: "Tally") -> None:
        self.labelled += other.labelled
        self.given += other.given
        self.right += other.right
        self.invented += other.invented
        self.unlabelled += other.unlabelled


@dataclass
class Scores:
    """All counts of one evaluation. `doubts` pairs a value's confidence with whether it was right."""

    fields: dict[str, Tally] = field(default_factory=dict)
    rows: dict[str, Tally] = field(default_factory=dict)
    types: Tally = field(default_factory=Tally)
    doubts: list[tuple[float, bool]] = field(default_factory=list)
    wrong: list[tuple[str, str, Any, Any]] = field(default_factory=list)

    @property
    def all_fields(self) -> Tally:
        total = Tally()
        for tally in self.fields.values():
            total.add(tally)
        return total


def scores_of(labels: Sequence[Labelled], results: Mapping[str, Result], types: Mapping[str, str]) -> Scores:
    """Compare results, by file name, with the labels. A file without result counts as all fields missing."""
    scores = Scores()
    for label in labels:
        result = results.get(label.name)
        data = result.data if result else {}
        for name in dict.fromkeys([*label.fields, *(data if label.fields else ())]):
            wanted, got = label.fields.get(name), data.get(name)
            if wanted is not None and _is_rows(wanted):
                scores.rows.setdefault(name, Tally()).add(compared_rows(wanted, got or []))
            elif not _is_rows(got):
                _count(scores, label, result, name)
        if label.document_type and label.name in types:
            right = types[label.name] == label.document_type
            scores.types.add(Tally(1, 1, right))
            if not right:
                scores.wrong.append((label.name, "document type", label.document_type, types[label.name]))
    return scores


def calibration_error(doubts: Iterable[tuple[float, bool]]) -> float:
    """Expected calibration error over ten equal bins: how far confidence is from the share that is right, 0..1."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for confidence, right in doubts:
        bins[min(int(confidence * BINS), BINS - 1)].append((confidence, right))
    total = sum(map(len, bins))
    gaps = (abs(sum(confidence for confidence, _ in part) - sum(right for _, right in part)) for part in bins)
    return sum(gaps) / total if total else 0.0


def compared_rows(wanted: Sequence[dict[str, Any]], got: Any) -> Tally:
    """Rows are right when all their labelled columns are; order does not matter, repetition does."""
    rows = [row for row in got if isinstance(row, dict)] if isinstance(got, list) else []
    columns = list(dict.fromkeys(column for row in wanted for column in row))
    keys = Counter(row_key({column: row.get(column) for column in columns}) for row in rows)
    right = (Counter(map(row_key, wanted)) & keys).total()
    return Tally(len(wanted), len(rows), right, max(len(rows) - len(wanted), 0))


def _count(scores: Scores, label: Labelled, result: Result | None, name: str) -> None:
    got = result.data.get(name) if result else None
    given = got not in (None, "", [])
    tally = scores.fields.setdefault(name, Tally())
    if name not in label.fields:
        tally.unlabelled += given
        return
    wanted = label.fields[name]
    labelled = wanted not in (None, "")
    right = given and labelled and _right(wanted, got)
    tally.add(Tally(labelled, given, right, given and not labelled))
    if not right and (given or labelled):
        scores.wrong.append((label.name, name, wanted, got))
    if given and result and name in result.fields:
        scores.doubts.append((result.fields[name].confidence, right))


def _right(wanted: Any, got: Any) -> bool:
    if isinstance(wanted, list):
        return len(wanted) == len(got) and all(map(same, wanted, got)) if isinstance(got, list) else False
    return same(wanted, got)


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def bins_of(doubts: Sequence[tuple[float, bool]]) -> Iterator[tuple[float, float, int]]:
    """Mean confidence, share right and count of each bin that has values."""
    for number in range(BINS):
        part = [pair for pair in doubts if min(int(pair[0] * BINS), BINS - 1) == number]
        if part:
            yield sum(c for c, _ in part) / len(part), sum(r for _, r in part) / len(part), len(part)
