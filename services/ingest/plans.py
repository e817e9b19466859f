"""What a tenant may do: the limits of its plan, its own where they differ, and whether its subscription is alive."""

from typing import NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.db import Transaction, rows
from shared.http import ApiError

MAY_SUBMIT = frozenset({"active", "trialing"})


class Limits(BaseModel):
    """A tenant's limits; None means no limit. `status` is the subscription's, in Stripe's words."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    plan: str
    status: str
    batches_allowed: bool
    files_per_batch: int | None
    pages_per_month: int | None
    batches_per_minute: int | None


class FileAllowance(NamedTuple):
    """How many files one form may have, and what to say to one more."""

    files: int
    refusal: ApiError


async def limits_of(tx: Transaction, tenant_id: UUID) -> Limits:
    """The limits of a tenant that exists."""
    (row,) = await rows(
        tx,
        "SELECT plan, status, batches_allowed, files_per_batch, pages_per_month, batches_per_minute"
        " FROM tenant_limits WHERE tenant_id = $1",
        tenant_id,
    )
    return Limits.model_validate(row)


def check_subscription(limits: Limits, *, upgrade_hint: str) -> None:
    """Raises ApiError 402 unless the subscription lets its tenant submit."""
    if limits.status not in MAY_SUBMIT:
        raise ApiError(
            402,
            "subscription_inactive",
            f"The subscription to the plan {limits.plan} is {limits.status.replace('_', ' ')}: nothing can be submitted,"
            f" everything can still be read. {upgrade_hint}",
            extra={"plan": limits.plan, "subscription_status": limits.status},
        )


def file_allowance(limits: Limits, *, most: int, single: bool, upgrade_hint: str) -> FileAllowance:
    """How many files may come in one form; `most` is the server's own limit, `single` is asked for one document."""
    if single:
        return FileAllowance(1, ApiError(413, "too_many_files", "Send one document here, and more to /api/batches."))
    if not limits.batches_allowed:
        detail = f"The plan {limits.plan} has no batches. Send documents one by one to /api/documents. {upgrade_hint}"
        return FileAllowance(1, ApiError(403, "plan_without_batches", detail, extra={"plan": limits.plan}))
    files = min(most, limits.files_per_batch or most)
    hint = f" {upgrade_hint}" if files < most else ""
    detail = f"A batch may have {files} files on the plan {limits.plan}. Nothing was stored.{hint}"
    return FileAllowance(files, ApiError(413, "too_many_files", detail, extra={"files_per_batch": files}))
