"""Thousands of seeds, none of which may break an invariant; and a seed that is run again runs the same."""

from collections import Counter
from collections.abc import Iterable, Sequence
from time import perf_counter
from typing import Any

import pytest

from tests.faults.record import RecordCase, chosen_seed, full_run, seconds_to_run
from tests.faults.simulation.run_seed import Laboratory

_LANES = 2  # a core each
_LEAST = 50  # in a lane, also where others leave it hardly any time
_ENOUGH = 10_000
_SHOWN = 10


def _lanes() -> list[Any]:
    """Each on a process of its own."""
    lanes = range(1 if chosen_seed() is not None else _LANES)
    return [pytest.param(lane, marks=pytest.mark.xdist_group(f"lane {lane}")) for lane in lanes]


@pytest.mark.timeout(0)  # it looks at the clock itself
@pytest.mark.parametrize("lane", _lanes())
def test_every_invariant_holds_for_every_seed(lane: int, laboratory: Laboratory, record_case: RecordCase):
    case = record_case("simulation", chosen_seed())
    began = perf_counter()
    faults, run, harmless = Counter[str](), 0, 0
    failed: dict[int, list[str]] = {}
    for seed in _while_there_is_time(_seeds(lane)):
        verdict = laboratory.run(seed)
        run += 1
        faults.update(verdict.faults)
        harmless += not verdict.faults
        if verdict.violations:
            failed[seed] = verdict.violations
    for fault, times in faults.items():
        case.injected(fault, times)
    per_second = run / (perf_counter() - began)
    case.ran, case.wanted = (run, len(_seeds(lane))) if full_run() else (0, 0)
    of = f" of {case.wanted}" if case.wanted else ""
    case.figure = f"{run}{of} seeds, {len(failed)} failed, {harmless} without a fault, {per_second:.1f}/s"
    assert failed == {}, f"replay with: {[f'make test-faults SEED={seed}' for seed in list(failed)[:_SHOWN]]}"


def _seeds(lane: int) -> Sequence[int]:
    """Every second one, or the one that was asked for."""
    seed = chosen_seed()
    return range(1 + lane, _ENOUGH + 1, _LANES) if seed is None else [seed]


def _while_there_is_time(seeds: Iterable[int]) -> Iterable[int]:
    until = perf_counter() + seconds_to_run()
    for number, seed in enumerate(seeds):
        if number >= _LEAST and perf_counter() >= until:
            return
        yield seed


def test_a_seed_that_is_run_again_runs_the_same(laboratory: Laboratory, record_case: RecordCase):
    case = record_case("determinism", 7)
    runs = [laboratory.run(seed) for seed in (7, 8, 7)]
    assert runs[0] == runs[2]
    assert runs[0].digest != runs[1].digest
    for fault, times in runs[0].faults.items():
        case.injected(fault, times)
