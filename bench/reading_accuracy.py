"""How well the local reader reads documents it was not written on, by field and by company.

    python -m bench.reading_accuracy [--labelled FOLDER:TYPE …] [--kept FOLDER]

Invented documents have seeds no rule was looked at with. A labelled folder is cut into folds of whole companies: the spread
between the folds tells what to expect of companies not in it.
"""

import argparse
import zlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from bench.read_values import Value, invented, labelled, read, strange
from ingestio.evaluation.scoring import Tally, calibration_error

FOLDS = 5
SEEDS = range(90_000, 90_260)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--labelled", nargs="*", default=[], metavar="FOLDER:TYPE")
    parser.add_argument("--kept", type=Path, default=Path(".ingestio/pages"))
    wanted = parser.parse_args()
    values = read(iter([*invented(SEEDS), *strange(SEEDS), *labelled(wanted.labelled, wanted.kept)]), progress=print)
    for population in dict.fromkeys(value.population for value in values):
        _print(population, [value for value in values if value.population == population])


def tally_of(values: Iterable[Value]) -> Tally:
    """Labelled, given and right; a value where the label is null is invented."""
    total = Tally()
    for value in values:
        given, known = value.got is not None, value.wanted is not None
        total.add(Tally(int(known), int(given), int(known and value.right), int(given and not known)))
    return total


def _print(population: str, values: Sequence[Value]) -> None:
    documents, groups = {value.document for value in values}, {value.group for value in values}
    print(f"\n{population}: {len(documents)} documents, {len(groups)} companies and layouts")
    print(f"{'':28}{'F1':>8}{'precision':>11}{'recall':>8}{'invented':>10}{'by company':>12}")
    for field in [*dict.fromkeys(value.field for value in values), ""]:
        part = [value for value in values if field in ("", value.field)]
        tally = tally_of(part)
        print(
            f"{field or 'all fields':28}{tally.f1:8.3f}{tally.precision:11.3f}{tally.recall:8.3f}{tally.invented:10}"
            f"{_mean_of(part, lambda value: value.group):12.3f}"
        )
    folds = sorted(tally_of(v for v in values if _fold(v) == fold).f1 for fold in {_fold(value) for value in values})
    print(f"folds of companies: {', '.join(f'{f1:.3f}' for f1 in folds)}")
    told = [(value.confidence, value.right) for value in values if value.got is not None and value.wanted is not None]
    print(f"expected calibration error of the weights as they are: {calibration_error(told):.3f}")


def _fold(value: Value) -> int:
    return zlib.crc32(value.group.encode()) % FOLDS


def _mean_of(values: Sequence[Value], group_of: Callable[[Value], str]) -> float:
    """The mean F1 of the groups, each counting once."""
    groups: dict[str, list[Value]] = {}
    for value in values:
        groups.setdefault(group_of(value), []).append(value)
    scores = [tally.f1 for part in groups.values() if (tally := tally_of(part)).labelled or tally.given]
    return sum(scores) / len(scores) if scores else 0.0


if __name__ == "__main__":
    main()
