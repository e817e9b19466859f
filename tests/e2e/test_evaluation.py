"""The gate on accuracy through a whole system: the sample documents must be read as well as the baseline says."""

from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from ingestio.evaluation.labels import labels_in
from ingestio.evaluation.reading import Readings, read_all
from ingestio.evaluation.report import losses, read_report, report_of
from ingestio.evaluation.scoring import Scores, scores_of
from tests.e2e.conftest import System

SAMPLES = Path("samples")
BASELINE = Path(__file__).with_name("evaluation-samples.json")

Measured = tuple[dict[str, Any], Readings, Scores]


@pytest.fixture(scope="module")
def measured(system: System) -> Measured:
    labels = labels_in(SAMPLES)
    readings = read_all(system.client, SAMPLES, labels, prompt="", console=Console(quiet=True))
    scores = scores_of(labels, readings.results, readings.types)
    return report_of(labels, readings, scores), readings, scores


def test_the_samples_are_read_as_well_as_the_baseline(measured: Measured):
    report, _, scores = measured
    baseline = read_report(BASELINE)

    assert baseline
    assert losses(report, baseline, slack=0.0) == [], scores.wrong


def test_every_sample_has_the_pages_and_the_fate_its_label_says(measured: Measured):
    report, _, _ = measured

    assert report["intake"]["wrong"] == []
