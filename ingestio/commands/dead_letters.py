"""`ingestio dead-letters`: messages that no handler could take: look at them, redrive them, drop them."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from ingestio.connection import DEFAULT_HOME, HomeFolder, connect
from ingestio.terminal import AsJson, new_console, print_json


class ServiceName(StrEnum):
    INGEST = "ingest"
    CLASSIFIER = "classifier"
    EXTRACTOR = "extractor"
    AGGREGATOR = "aggregator"
    EXPORTER = "exporter"
    NOTIFIER = "notifier"


Name = Annotated[ServiceName, typer.Argument(help="The service that could not take them.")]
Ids = Annotated[list[UUID] | None, typer.Argument(help="Which letters; all that wait when none is named.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it. Without it only what would happen is shown.")]


def new_app() -> typer.Typer:
    app = typer.Typer(help="Messages that no handler could take: look, redrive, drop.", no_args_is_help=True)
    app.command("list")(list_letters)
    app.command()(show)
    app.command()(redrive)
    app.command()(drop)
    return app


def list_letters(
    service: Annotated[ServiceName | None, typer.Argument(help="One service; all when left out.")] = None,
    *,
    as_json: AsJson = False,
    home: HomeFolder = DEFAULT_HOME,
) -> None:
    """List the messages that wait for a decision.

    Example: ingestio dead-letters list extractor
    """
    with connect(home) as client:
        names = [service] if service else list(ServiceName)
        found = [(name, letter) for name in names for letter in client.dead_letters(name)]
    if as_json:
        print_json([{"service": name} | letter.model_dump(mode="json", exclude={"body"}) for name, letter in found])
        return
    table = _table("Service", "Letter", "Type", "Reason", "Bytes", "Since")
    for name, letter in found:
        since = f"{letter.created_at:%Y-%m-%d %H:%M}"
        said = escape(letter.type or "unreadable"), escape(letter.reason)
        table.add_row(name, str(letter.id), *said, str(letter.size), since)
    new_console().print(table if table.row_count else "There are no dead letters.")


def show(
    service: Name,
    letter: Annotated[UUID, typer.Argument(help="Id of the letter.")],
    home: HomeFolder = DEFAULT_HOME,
) -> None:
    """Show one message with what is in it.

    Example: ingestio dead-letters show extractor 0f3b2c1e-5d7a-4c8e-9b60-2a1d3e4f5a6b
    """
    with connect(home) as client:
        found = client.dead_letter(service, letter)
    console = new_console()
    console.print(f"{escape(found.type or 'unreadable')}: {escape(found.reason)}", highlight=False)
    console.print(found.body, markup=False, soft_wrap=True)


def redrive(service: Name, letters: Ids = None, *, yes: Yes = False, home: HomeFolder = DEFAULT_HOME) -> None:
    """Hand messages to their service again. First shows what would happen; --yes does it.

    Example: ingestio dead-letters redrive extractor --yes
    """
    _decide(service, "redrive", letters or [], yes=yes, home=home)


def drop(service: Name, letters: Ids = None, *, yes: Yes = False, home: HomeFolder = DEFAULT_HOME) -> None:
    """Give messages up. First shows what would happen; --yes does it.

    Example: ingestio dead-letters drop extractor 0f3b2c1e-5d7a-4c8e-9b60-2a1d3e4f5a6b --yes
    """
    _decide(service, "drop", letters or [], yes=yes, home=home)


def _decide(service: str, decision: str, letters: Sequence[UUID], *, yes: bool, home: HomeFolder) -> None:
    with connect(home) as client:
        decided = client.decide_dead_letters(service, decision, ids=letters, dry_run=not yes)
    table = _table("Letter", "Now" if yes else "Would be")
    for verdict in decided.items:
        table.add_row(str(verdict.id), verdict.fate or f"dead: {verdict.problem}")
    console = new_console()
    console.print(table if decided.items else "There are no such letters.")
    if decided.remaining:
        console.print(f"Not come to: {decided.remaining} more. Say it again when these are settled.")
    if decided.items and not yes:
        console.print("Nothing was changed. Add --yes to do it.")


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, no_wrap=column in {"Letter", "Service"})
    return table
