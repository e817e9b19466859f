"""`ingestio export`: the rows of a batch as a file."""

import time
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

import typer
from rich.console import Console

from ingestio.answers import Export
from ingestio.client import Client, TroubleError
from ingestio.connection import DEFAULT_HOME, HomeFolder, connect
from ingestio.terminal import new_console

Format = Literal["json", "csv", "xlsx"]
Layout = Literal["normal", "multi_row"]

_EVERY = 0.3
_WITHIN = 600.0


def export(
    batch: Annotated[UUID, typer.Argument(help="Id of the batch.")],
    format_: Annotated[Format, typer.Option("--format", help="What kind of file.")] = "xlsx",
    layout: Annotated[Layout, typer.Option(help="One row a document, or one row a line item.")] = "normal",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Where to write it.")] = None,
    home: HomeFolder = DEFAULT_HOME,
) -> None:
    """Save the rows of a batch as JSON, CSV or Excel.

    Example: ingestio export 407bae37-0493-4f5a-9848-d21eddf39be1 --format csv -o rows.csv
    """
    with connect(home) as client:
        target = output or Path("out") / f"{batch}.{format_}"
        save_export(client, batch, target, format_=format_, layout=layout, console=new_console())


def save_export(
    client: Client, batch_id: UUID, target: Path, *, format_: Format, layout: Layout, console: Console
) -> None:
    """Ask for an export, wait for it, download it. Raises TroubleError."""
    _save(client, client.export(batch_id, format_=format_, layout=layout), target, console)


def save_wished_export(client: Client, batch_id: UUID, target: Path, *, console: Console) -> None:
    """Download the export that the batch asked for when it was handed in. Raises TroubleError."""
    deadline = time.monotonic() + _WITHIN
    while not (found := client.exports_of(batch_id)):
        if time.monotonic() > deadline:
            raise TroubleError("The export was not made in time. It goes on: `ingestio export` fetches it later.")
        time.sleep(_EVERY)
    _save(client, found[0], target, console)


def _save(client: Client, wanted: Export, target: Path, console: Console) -> None:
    deadline = time.monotonic() + _WITHIN
    with console.status(f"Preparing {target.name}"):
        while wanted.status != "ready":
            if wanted.status == "failed" or time.monotonic() > deadline:
                raise TroubleError(f"The export did not become ready: {wanted.error or wanted.status}.")
            time.sleep(_EVERY)
            wanted = client.export_state(wanted.id)
    client.download(wanted.id, target)
    console.print(f"Wrote [bold]{target}[/]")
