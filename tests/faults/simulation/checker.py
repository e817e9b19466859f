"""The checker: what a run's clients were told against what became of it. Every violation is a sentence.

The invariants V1 to V10 are those of docs/delivery.md; each check names the one it is about.
"""

from collections.abc import Callable, Iterable, Iterator

from tests.faults.simulation import effects, endings, money
from tests.faults.simulation.facts import Facts

Check = Callable[[Facts], Iterable[str]]


def violations(facts: Facts) -> list[str]:
    """Everything that is wrong with this run; empty for a good one."""
    if facts.stuck:
        return [f"V1 never came to rest: {what}" for what in facts.stuck]
    return [f"{name} {problem}" for name, check in _CHECKS for problem in check(facts)]


def _foreign(facts: Facts) -> Iterator[str]:
    yield from (f"somebody else was shown {what}" for what in facts.history.foreign)


_CHECKS: tuple[tuple[str, Check], ...] = (
    ("V1", endings.every_accepted_document_has_ended),
    ("V1", endings.everybody_gets_an_answer),
    ("V1", endings.nothing_is_there_that_nobody_handed_in),
    ("V1", endings.a_pair_has_one_terminal_event),
    ("V1", endings.every_reader_tells_the_same_end),
    ("V2", endings.every_generation_completed_once),
    ("V2", endings.an_event_always_says_the_same),
    ("V2", effects.webhooks_tell_every_end),
    ("V3", money.succeeded_documents_are_charged_once),
    ("V3", money.nothing_stays_reserved),
    ("V3", money.no_quota_is_exceeded),
    ("V4", effects.no_job_was_tried_too_often),
    ("V5", endings.no_status_went_backwards),
    ("V6", effects.only_junk_was_set_aside),
    ("V7", effects.every_object_that_is_named_exists),
    ("V8", effects.rows_belong_to_one_tenant),
    ("V8", effects.webhooks_go_to_their_own_tenant),
    ("V8", _foreign),
    ("V9", effects.nothing_is_left_of_deleted_batches),
    ("V10", effects.exports_hold_what_was_read),
)
