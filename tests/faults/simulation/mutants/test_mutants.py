"""The proof of the proof: each protection, taken away, must show in a few seeds that pass with it."""

import pytest

from tests.faults.record import RecordCase
from tests.faults.simulation.mutants.mutant import Mutant
from tests.faults.simulation.mutants.mutants import MUTANTS
from tests.faults.simulation.run_seed import Laboratory

_SEEDS = 80


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_checker_catches_the_mutant(mutant: Mutant, laboratory: Laboratory, record_case: RecordCase):
    case = record_case(f"mutant: {mutant.name}")
    case.injected("protection removed")
    for seed in range(mutant.seed, mutant.seed + _SEEDS):
        with mutant.breaks(laboratory.tables):
            verdict = laboratory.run(seed, mutant.under)
        if verdict.violations:
            sane = laboratory.run(seed, mutant.under)
            assert sane.violations == []
            case.seed, case.figure = seed, f"caught: {verdict.violations[0]}"
            for fault, times in verdict.faults.items():
                case.injected(fault, times)
            return
    pytest.fail(f"{_SEEDS} seeds did not catch it")
