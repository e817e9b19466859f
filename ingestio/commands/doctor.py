"""`ingestio doctor`: what is wrong with an installation, and what to do about it."""

import asyncio
import os

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from ingestio.connection import DEFAULT_HOME, HomeFolder
from ingestio.terminal import AsJson, new_console, print_json

_LOOKS = {"good": "[green]good[/]", "warning": "[yellow]warning[/]", "problem": "[red]problem[/]"}


def doctor(*, as_json: AsJson = False, home: HomeFolder = DEFAULT_HOME) -> None:
    """Look at everything and say what is wrong. Exit code 1 when there is a problem; warnings alone are 0.

    Looks at this machine, and at the system that runs in --home, or that the environment names: INGESTIO_URL and
    INGESTIO_TOKEN, INGESTIO_ADMIN_DATABASE_URL, INGESTIO_RABBITMQ_URL, INGESTIO_S3_URL, INGESTIO_MODEL with OPENAI_*.

    Example: ingestio doctor
    """
    # Imported here because its libraries take seconds, which the other commands do without.
    from ingestio.doctor.round import look_around  # noqa: PLC0415  # as said above

    found = asyncio.run(look_around(home, os.environ))
    if as_json:
        print_json([finding.model_dump(mode="json") for finding in found])
    else:
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
        for column in ("Part", "State", "Says"):
            table.add_column(column, overflow="fold")
        for one in found:
            table.add_row(one.part, _LOOKS[one.state], escape(one.says + (f"\n→ {one.advice}" if one.advice else "")))
        new_console().print(table)
    raise typer.Exit(1 if any(one.state == "problem" for one in found) else 0)
