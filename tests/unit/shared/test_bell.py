"""Who is woken by what a transaction wrote."""

from shared.bell import Bell


def test_what_waits_in_the_outbox_is_for_this_process_alone():
    bell = Bell()
    bell.ring(["outbox"])

    assert bell.outbox.is_set()
    assert not bell.rung.is_set()


def test_what_is_for_others_wakes_nobody_here():
    bell = Bell()
    bell.ring(["others"])

    assert bell.rung.is_set()
    assert not any(event.is_set() for event in (bell.outbox, bell.jobs, bell.news))


def test_jobs_and_news_are_for_everybody():
    bell = Bell()
    bell.ring(["jobs", "news"])

    assert bell.jobs.is_set()
    assert bell.news.is_set()
    assert bell.rung.is_set()


def test_a_transaction_that_wrote_nothing_rings_for_nobody():
    bell = Bell()
    bell.ring([])

    assert not bell.rung.is_set()
