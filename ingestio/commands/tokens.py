"""`ingestio tokens`: make, list and revoke the tokens of a tenant."""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

import typer
from rich.markup import escape
from rich.table import Table

from ingestio.accounts import in_accounts
from ingestio.client import TroubleError
from ingestio.connection import DEFAULT_HOME, HomeFolder
from ingestio.terminal import new_console
from services.ingest.tenants import find_tenant
from services.ingest.tokens import NewToken, Token, add_token, list_tokens, revoke_token
from shared.auth import Role
from shared.db import Transaction

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
    """Make a token and print it, alone on its line: it cannot be shown again."""

    async def work(tx: Transaction) -> NewToken:
        lifetime = timedelta(days=days) if days else None
        found = await find_tenant(tx, tenant)
        return await add_token(tx, found.id, user=user, role=role, lifetime=lifetime, created_by="command line")

    typer.echo(in_accounts(home, work).secret)


def _list(tenant: TenantName, home: HomeFolder = DEFAULT_HOME) -> None:
    """List the tokens of a tenant, without their secrets."""

    async def work(tx: Transaction) -> list[Token]:
        return await list_tokens(tx, (await find_tenant(tx, tenant)).id)

    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for column in ("Token", "User", "Role", "Made", "By", "State"):
        table.add_column(column, no_wrap=column == "Token")
    for token in in_accounts(home, work):
        made = f"{token.created_at:%Y-%m-%d %H:%M}"
        table.add_row(str(token.id), escape(token.user), token.role, made, escape(token.created_by), _state(token))
    new_console().print(table)


def _revoke(
    tenant: TenantName,
    token: Annotated[UUID, typer.Argument(help="The token's id, from `ingestio tokens list`.")],
    home: HomeFolder = DEFAULT_HOME,
) -> None:
    """End a token now: within seconds it works nowhere."""

    async def work(tx: Transaction) -> bool:
        return await revoke_token(tx, (await find_tenant(tx, tenant)).id, token)

    if not in_accounts(home, work):
        raise TroubleError(f"{tenant} has no such token.")
    typer.echo("Revoked.")


def _state(token: Token) -> str:
    if token.revoked_at:
        return f"revoked {token.revoked_at:%Y-%m-%d %H:%M}"
    if token.expires_at is None:
        return "works"
    word = "works until" if token.expires_at > datetime.now(UTC) else "expired"
    return f"{word} {token.expires_at:%Y-%m-%d}"
