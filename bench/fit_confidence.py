"""Fits the weights of the local reader's confidence, and measures how honest it is where it was not fitted.

    python -m bench.fit_confidence [--labelled FOLDER:TYPE …] [--kept FOLDER] [--write]

Companies (with their layout) are held out in turn: the error printed for a fold is of weights that never saw its companies.
Every population counts the same, however many documents it has. Without --write nothing is changed.
"""

import argparse
import json
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.read_values import Value, invented, labelled, read
from ingestio.evaluation.scoring import bins_of, calibration_error
from services.extractor.local import confidence

FOLDS = 5
SEEDS = range(600)
SHRINK = 0.02  # of a squared weight: little evidence moves a weight little
STEPS = 60

Numbers = NDArray[np.float64]
Arrays = tuple[Numbers, Numbers, Numbers]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--labelled", nargs="*", default=[], metavar="FOLDER:TYPE")
    parser.add_argument("--kept", type=Path, default=Path(".ingestio/pages"))
    parser.add_argument("--write", action="store_true")
    wanted = parser.parse_args()
    documents = [*invented(SEEDS), *labelled(wanted.labelled, wanted.kept)]
    values = [value for value in read(iter(documents), progress=print) if value.features and value.wanted is not None]
    names = sorted({name for value in values for name in value.features})
    held_out = _held_out(values, names)
    measured = _print(values, held_out)
    if wanted.write:
        weights = dict(zip(names, (round(float(w), 4) for w in _fit(*_arrays(values, names))), strict=True))
        place = Path(confidence.__file__).with_name("confidence.json")
        place.write_text(json.dumps({"measured_held_out": measured, "weights": weights}, indent=1) + "\n")
        print(f"Wrote {place.name}")


def _arrays(values: Sequence[Value], names: Sequence[str]) -> Arrays:
    """Features, whether right, and the weight of each value."""
    counts = {value.population: 0 for value in values}
    for value in values:
        counts[value.population] += 1
    features = np.array([[value.features.get(name, 0.0) for name in names] for value in values])
    right = np.array([float(value.right) for value in values])
    share = np.array([len(values) / len(counts) / counts[value.population] for value in values])
    return features, right, share


def _fit(features: Numbers, right: Numbers, share: Numbers) -> Numbers:
    """Logistic regression by Newton's method, with a small pull towards zero."""
    weights = np.zeros(features.shape[1])
    pull = SHRINK * len(right) / 100 * np.eye(features.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-features @ weights))
        slope = features.T @ (share * (chance - right)) + pull @ weights
        curve = features.T @ (features * (share * chance * (1 - chance))[:, None]) + pull
        weights -= np.linalg.solve(curve, slope)
    return weights


def _held_out(values: Sequence[Value], names: Sequence[str]) -> Numbers:
    """The confidence of each value under weights fitted without its company."""
    fold = np.array([zlib.crc32(value.group.encode()) % FOLDS for value in values])
    features, right, share = _arrays(values, names)
    chance = np.zeros(len(values))
    for number in range(FOLDS):
        inside = fold != number
        weights = _fit(features[inside], right[inside], share[inside])
        chance[~inside] = 1 / (1 + np.exp(-features[~inside] @ weights))
    return chance


def _print(values: Sequence[Value], chance: Numbers) -> dict[str, float]:
    measured = {}
    for population in [*dict.fromkeys(value.population for value in values), ""]:
        part = [
            (float(c), value.right)
            for value, c in zip(values, chance, strict=True)
            if population in ("", value.population)
        ]
        name = population or "all"
        measured[name] = round(calibration_error(part), 4)
        print(f"{name}: {len(part)} values, expected calibration error {measured[name]:.3f}")
        for confident, right, count in bins_of(part):
            print(f"  confidence {confident:.2f}: {right:.2f} right of {count}")
    return measured


if __name__ == "__main__":
    main()
