"""What a plan lets in, and what it says to the rest."""

import pytest

from services.ingest.plans import Limits, check_subscription, file_allowance
from shared.http import ApiError

PLUS = Limits(
    plan="plus",
    status="active",
    batches_allowed=True,
    files_per_batch=50,
    pages_per_month=2_000,
    batches_per_minute=10,
)
STARTER = PLUS.model_copy(update={"plan": "starter", "batches_allowed": False, "files_per_batch": 1})
ENTERPRISE = PLUS.model_copy(update={"plan": "enterprise", "files_per_batch": None})
HINT = "Ask Ada."


@pytest.mark.parametrize(
    ("limits", "single", "files", "code"),
    [
        (PLUS, False, 50, "too_many_files"),
        (ENTERPRISE, False, 5_000, "too_many_files"),
        (STARTER, False, 1, "plan_without_batches"),
        (STARTER, True, 1, "too_many_files"),
        (ENTERPRISE, True, 1, "too_many_files"),
    ],
)
def test_so_many_files_may_come_and_the_next_one_hears_why_not(limits: Limits, single: bool, files: int, code: str):  # noqa: FBT001  # a column of the table
    allowance = file_allowance(limits, most=5_000, single=single, upgrade_hint=HINT)

    assert (allowance.files, allowance.refusal.code) == (files, code)


def test_a_limit_of_the_plan_comes_with_the_way_out_of_it():
    assert HINT in file_allowance(PLUS, most=5_000, single=False, upgrade_hint=HINT).refusal.detail


def test_a_limit_of_the_server_does_not_promise_that_a_plan_would_lift_it():
    assert HINT not in file_allowance(ENTERPRISE, most=5_000, single=False, upgrade_hint=HINT).refusal.detail


@pytest.mark.parametrize("status", ["active", "trialing"])
def test_a_living_subscription_may_submit(status: str):
    check_subscription(PLUS.model_copy(update={"status": status}), upgrade_hint=HINT)


def test_an_ended_subscription_hears_what_it_is_and_what_to_do():
    with pytest.raises(ApiError, match=r"plus is past due.*Ask Ada\.") as refused:
        check_subscription(PLUS.model_copy(update={"status": "past_due"}), upgrade_hint=HINT)

    assert (refused.value.status, refused.value.code) == (402, "subscription_inactive")
