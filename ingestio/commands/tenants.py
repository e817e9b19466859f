"""`ingestio tenants`: add, list, and put on another plan."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError
from rich.markup import escape
from rich.table import Table

from ingestio.connection import DEFAULT_HOME, HomeFolder
from ingestio.terminal import AsJson, new_console, print_json

if TYPE_CHECKING:
    from services.ingest.tenants import Tenant

TenantName = Annotated[str, typer.Argument(help="Its name or id.")]
Status = Annotated[str | None, typer.Option(help="Status of the subscription, such as active, trialing, past_due.")]
OwnLimit = Annotated[
    int | None, typer.Option(min=0, help="A limit of its own; 0 takes it back, so that the plan's holds.")
]
OwnWeight = Annotated[
    float | None, typer.Option(min=0, help="Its turns in the queues against those of other tenants; 0 takes it back.")
]


def tenants() -> typer.Typer:
    """The group of commands."""
    app = typer.Typer(name="tenants", help="Add and list tenants, and change their plans.", no_args_is_help=True)
    app.command("add")(_add)
    app.command("list")(_list)
    app.command("set-plan")(_set_plan)
    return app


def _add(
    name: Annotated[str, typer.Argument(help="A name nobody has yet.")],
    plan: Annotated[str, typer.Option(help="starter, plus, growth or enterprise.")] = "starter",
    home: HomeFolder = DEFAULT_HOME,
) -> None:
    """Add a tenant; make its first token with `ingestio tokens add`.

    Example: ingestio tenants add acme --plan growth
    """
    # Imported here, as below, because its libraries take seconds, which the other commands do without.
    from ingestio.accounts import new_tenant  # noqa: PLC0415  # as said above

    _show([new_tenant(home, name=name, plan=plan)])


def _list(*, as_json: AsJson = False, home: HomeFolder = DEFAULT_HOME) -> None:
    """List all tenants with their pages of this month.

    Example: ingestio tenants list
    """
    from ingestio.accounts import all_tenants  # noqa: PLC0415  # as said above

    found = all_tenants(home)
    if as_json:
        print_json([tenant.model_dump(mode="json") for tenant in found])
    else:
        _show(found)


def _set_plan(
    *,
    tenant: TenantName,
    plan: Annotated[str, typer.Argument(help="starter, plus, growth or enterprise.")],
    status: Status = None,
    pages_per_month: OwnLimit = None,
    files_per_batch: OwnLimit = None,
    batches_per_minute: OwnLimit = None,
    documents_at_once: OwnLimit = None,
    queue_weight: OwnWeight = None,
    home: HomeFolder = DEFAULT_HOME,
) -> None:
    """Put a tenant on a plan, with limits of its own where they are given.

    Example: ingestio tenants set-plan acme growth --pages-per-month 50000
    """
    limits: dict[str, float | None] = {
        "pages_per_month": pages_per_month,
        "files_per_batch": files_per_batch,
        "batches_per_minute": batches_per_minute,
        "documents_at_once": documents_at_once,
        "queue_weight": queue_weight,
    }
    wishes: dict[str, object] = {"plan": plan} | {n: limit or None for n, limit in limits.items() if limit is not None}
    if status is not None:
        wishes["status"] = status
    from ingestio.accounts import changed_tenant  # noqa: PLC0415  # as said above

    try:
        _show([changed_tenant(home, tenant, wishes)])
    except ValidationError as error:
        raise typer.BadParameter(str(error).partition("\n")[2]) from error


def _show(found: "Sequence[Tenant]") -> None:
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    table.add_column("Tenant", min_width=16, overflow="fold")
    for column in ("Id", "Plan", "Status", "Used + reserved pages", "Files", "A minute", "Weight", "At once"):
        table.add_column(column, no_wrap=column == "Id")
    for tenant in found:
        pages = f"{tenant.used:,} + {tenant.reserved:,} of {_limit(tenant.pages_per_month)}"
        limits = (_limit(tenant.files_per_batch), _limit(tenant.batches_per_minute))
        share = (f"{tenant.queue_weight:g}", f"{tenant.documents_at_once:,}")
        table.add_row(escape(tenant.name), str(tenant.id), tenant.plan, tenant.status, pages, *limits, *share)
    new_console().print(table)


def _limit(limit: int | None) -> str:
    return "any" if limit is None else f"{limit:,}"
