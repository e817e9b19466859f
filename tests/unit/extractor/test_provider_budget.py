import pytest

from services.extractor.breaker import LONGEST_OPEN, TRIP
from services.extractor.concurrency import Decision
from services.extractor.provider import Ended, Limits, Provider
from tests.unit.extractor.simulated_provider import Simulation

LIMITS = Limits()


def ends(kind: str, count: int = 1, *, at: float = 0.0, wait: float = 0.0) -> list[Ended]:
    return [Ended(kind, at, wait=wait)] * count  # type: ignore[arg-type]  # one of the kinds


def granted(provider: Provider, *, now: float, under_way: int = 0, limits: Limits = LIMITS) -> int:
    return provider.grant([1] * 100, under_way=under_way, limits=limits, now=now).calls


@pytest.mark.volume
@pytest.mark.parametrize("latency", [0.3, 1.0, 3.0])
@pytest.mark.parametrize("retry_after", [0.5, 5.0])
def test_throughput_follows_a_capacity_that_falls_to_8_and_comes_back_within_60_seconds(
    latency: float, retry_after: float
):
    world = Simulation(lambda now: 8 if 120 <= now < 300 else 64, latency=latency, retry_after=retry_after)
    world.run(420)

    shares = [
        world.rate(start, end) * latency / capacity
        for start, end, capacity in ((60, 120, 64), (180, 300, 8), (360, 420, 64))
    ]
    assert min(shares) >= 0.9, shares


def test_a_provider_that_is_told_to_bear_little_is_asked_for_more_only_now_and_then():
    world = Simulation(lambda _: 8)
    world.run(300)

    assert len(world.asked) - len(world.served) < 0.02 * len(world.asked)


def test_nobody_calls_before_the_time_that_the_provider_asked_for():
    provider = Provider()
    provider.settle(ends("throttled", wait=30.0), limits=LIMITS, now=100.0)

    assert (granted(provider, now=129.9), granted(provider, now=130.0)) == (0, 2)
    assert provider.state(129.9) == "throttled"


@pytest.mark.volume
def test_no_minute_sees_more_requests_than_allowed():
    world = Simulation(lambda _: 64, latency=0.1, limits=Limits(requests_per_minute=120))
    world.run(300)

    busiest = max(sum(start <= at < start + 60 for at in world.asked) for start in range(240))
    assert 110 <= busiest <= 120


def test_tokens_a_minute_are_kept_also_when_calls_take_more_than_was_thought():
    provider, limits = Provider(), Limits(tokens_per_minute=60_000)
    assert granted(provider, now=0.0, limits=limits) == 4  # the first calls at once
    provider.settle([Ended("ok", 0.0, tokens=50_000)], limits=limits, now=1.0)

    reply = provider.grant([1000], under_way=3, limits=limits, now=2.0)
    assert reply.calls == 0
    assert reply.wait == pytest.approx(48, rel=0.1)


def test_ten_failures_in_a_row_stop_all_calls_and_one_tries_again():
    provider = Provider()
    decisions = provider.settle(ends("failed", TRIP), limits=LIMITS, now=10.0)

    assert Decision.OPEN in decisions
    assert (granted(provider, now=14.9), provider.state(14.9)) == (0, "waiting")
    assert (granted(provider, now=15.0), granted(provider, now=15.1, under_way=1)) == (1, 0)


def test_one_refused_key_stops_all_calls_and_is_told_once():
    provider, refused = Provider(), Ended("refused", 0.0, why="Check the API key.")
    decisions = provider.settle([refused, refused], limits=LIMITS, now=10.0)

    assert decisions == [Decision.OPEN]
    assert (granted(provider, now=14.9), provider.state(14.9)) == (0, "waiting")
    assert provider.breaker.refusal == "Check the API key."

    assert granted(provider, now=15.0) == 1
    assert provider.settle([refused._replace(granted_at=15.0)], limits=LIMITS, now=15.5) == []
    assert granted(provider, now=25.0) == 0


def test_a_mended_key_lets_calls_through_again():
    provider = Provider()
    provider.settle([Ended("refused", 0.0, why="Check the API key.")], limits=LIMITS, now=10.0)

    assert Decision.CLOSE in provider.settle([Ended("ok", 15.0)], limits=LIMITS, now=15.5)
    assert (provider.state(15.5), provider.breaker.refusal, granted(provider, now=15.5)) == ("ready", "", 1)


def test_successes_between_failures_keep_it_going():
    provider = Provider()
    for _ in range(50):
        provider.settle(ends("failed", TRIP - 1) + ends("ok"), limits=LIMITS, now=1.0)

    assert provider.state(1.0) == "ready"


def test_an_outage_is_tried_less_and_less_often_and_calls_grow_slowly_after_it():
    provider, now, tries = Provider(), 0.0, 0
    provider.settle(ends("failed", TRIP), limits=LIMITS, now=now)
    while now < 600:
        now += 0.5
        if granted(provider, now=now):
            tries += 1
            provider.settle(ends("failed", at=now), limits=LIMITS, now=now)
    assert 600 / LONGEST_OPEN <= tries <= 25

    now += LONGEST_OPEN
    provider.settle(ends("ok", at=now), limits=LIMITS, now=now)
    assert (provider.state(now), granted(provider, now=now)) == ("ready", 1)


def test_calls_that_end_badly_after_the_breaker_opened_do_not_keep_it_open_longer():
    provider = Provider()
    provider.settle(ends("failed", TRIP), limits=LIMITS, now=10.0)
    provider.settle(ends("failed", 50), limits=LIMITS, now=12.0)

    assert provider.breaker.until == 15.0


def test_an_overloaded_server_that_only_fails_is_given_less():
    provider = Provider()
    provider.concurrency.limit = 32
    decisions = provider.settle(ends("failed", 5, at=1.0), limits=LIMITS, now=2.0)

    assert Decision.SHRINK in decisions
    assert provider.concurrency.limit < 32
