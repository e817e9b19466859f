"""`ingestio tokens`: make, list and revoke the tokens of a tenant."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer
from rich.markup import escape
from rich.table import Table

from ingestio.client import TroubleError
from ingestio.connection import DEFAULT_HOME, HomeFolder
from ingestio.terminal import AsJson, new_console, print_json
from shared.vocabulary import Role

if TYPE_CHECKING:
    from services.ingest.tokens import Token

TenantName = Annotated[str, typer.Argument(help="The tenant's name or id.")]


def tokens() -> typer.Typer:
    """The group of commands."""
    app = typer.Typer(name="tokens", help="Make, list and revoke tokens.", no_args_is_help=True)
    app.command("add")(_add)
    app.command("list")(_list)
    app.command("revoke")(_revoke)
    return app


def _add(
    tenant: TenantName,
    user: Annotated[str, typer.Option(help="Whose token this is.")] = "admin",
    role: Annotated[Role, typer.Option(help="What it may do.")] = Role.MEMBER,
    days: Annotated[int | None, typer.Option(min=1, help="Days until it expires; never when left out.")] = None,
    home: HomeFolder = DEFAULT_HOME,
) -> None:
    """Make a token and print it, alone on its line: it cannot be shown again.

    Example: ingestio tokens add acme --user ada --role admin --days 90
    """
    # Imported here, as below, because its libraries take seconds, which the other commands do without.
    from ingestio.accounts import new_token  # noqa: PLC0415  # as said above

    lifetime = timedelta(days=days) if days else None
    typer.echo(new_token(home, tenant, user=user, role=role, lifetime=lifetime).secret)


def _list(tenant: TenantName, *, as_json: AsJson = False, home: HomeFolder = DEFAULT_HOME) -> None:
    """List the tokens of a tenant, without their secrets.

    Example: ingestio tokens list acme
    """
    from ingestio.accounts import tokens_of  # noqa: PLC0415  # as said above

    found = tokens_of(home, tenant)
    if as_json:
        print_json([token.model_dump(mode="json") for token in found])
        return
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for column in ("Token", "User", "Role", "Made", "By", "State"):
        table.add_column(column, no_wrap=column == "Token")
    for token in found:
        made = f"{token.created_at:%Y-%m-%d %H:%M}"
        table.add_row(str(token.id), escape(token.user), token.role, made, escape(token.created_by), _state(token))
    new_console().print(table)


def _revoke(
    tenant: TenantName,
    token: Annotated[UUID, typer.Argument(help="The token's id, from `ingestio tokens list`.")],
    home: HomeFolder = DEFAULT_HOME,
) -> None:
    """End a token now: within seconds it works nowhere.

    Example: ingestio tokens revoke acme 0f3b2c1e-5d7a-4c8e-9b60-2a1d3e4f5a6b
    """
    from ingestio.accounts import revoked  # noqa: PLC0415  # as said above

    if not revoked(home, tenant, token):
        raise TroubleError(f"{tenant} has no such token.")
    typer.echo("Revoked.")


def _state(token: "Token") -> str:
    if token.revoked_at:
        return f"revoked {token.revoked_at:%Y-%m-%d %H:%M}"
    if token.expires_at is None:
        return "works"
    word = "works until" if token.expires_at > datetime.now(UTC) else "expired"
    return f"{word} {token.expires_at:%Y-%m-%d}"
