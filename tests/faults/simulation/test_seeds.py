"""Thousands of seeds, none of which may break an invariant; and a seed that is run again runs the same."""

from collections import Counter
from time import perf_counter

import pytest

from tests.faults.record import RecordCase, chosen_seed, full_run
from tests.faults.simulation.run_seed import Laboratory

_AT_ONCE = 100
_QUICK, _FULL = 400, 10_000


def _groups() -> list[range]:
    if (seed := chosen_seed()) is not None:
        return [range(seed, seed + 1)]
    return [range(first, first + _AT_ONCE) for first in range(1, _FULL if full_run() else _QUICK, _AT_ONCE)]


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seeds", _groups(), ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}")
def test_every_invariant_holds_for_every_seed(seeds: range, laboratory: Laboratory, record_case: RecordCase):
    case = record_case("simulation", seeds[0])
    began, faults, harmless = perf_counter(), Counter[str](), 0
    failed = {}
    for seed in seeds:
        verdict = laboratory.run(seed)
        faults.update(verdict.faults)
        harmless += not verdict.faults
        if verdict.violations:
            failed[seed] = verdict.violations
    for fault, times in faults.items():
        case.injected(fault, times)
    per_second = len(seeds) / (perf_counter() - began)
    case.figure = f"seeds {seeds[0]}-{seeds[-1]}, {len(failed)} failed, {harmless} without a fault, {per_second:.1f}/s"
    assert failed == {}, f"replay with: make test-faults SEED={next(iter(failed))}"


def test_a_seed_that_is_run_again_runs_the_same(laboratory: Laboratory, record_case: RecordCase):
    case = record_case("determinism", 7)
    runs = [laboratory.run(seed) for seed in (7, 8, 7)]
    assert runs[0] == runs[2]
    assert runs[0].digest != runs[1].digest
    for fault, times in runs[0].faults.items():
        case.injected(fault, times)
