"""`ingestio export`: the rows of batches as a file."""

import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

import typer
from rich.console import Console

from ingestio.answers import Export
from ingestio.client import Client, TroubleError
from ingestio.connection import DEFAULT_HOME, HomeFolder, connect
from ingestio.terminal import new_console
from shared.errors import DocumentError
from shared.results import JsonObject

Format = Literal["json", "csv", "xlsx"]
Layout = Literal["normal", "multi_row"]

_EVERY = 0.3
_WITHIN = 600.0
_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}
_DECIMALS = {"point": ".", "comma": ","}
_NO_FILE = {
    "cancelled": "The export was cancelled. Ask for it again.",
    "expired": "The export has expired. Ask for it again.",
}
_NOT_IN_TIME = "The export was not made in time. It goes on: `ingestio export` fetches it later."


class Extra(StrEnum):
    PAGES = "pages"
    CONFIDENCE = "confidence"
    REVIEW = "review"


def export(
    batches: Annotated[list[UUID], typer.Argument(help="Ids of batches: several come in one file, in this order.")],
    *,
    format_: Annotated[Format, typer.Option("--format", help="What kind of file.")] = "xlsx",
    layout: Annotated[Layout, typer.Option(help="One row a document, or one row a line item.")] = "normal",
    path: Annotated[
        str | None, typer.Option(help="The list whose items become rows, like line_items; unless said, the longest.")
    ] = None,
    include: Annotated[list[Extra] | None, typer.Option(help="Further columns; may be said again.")] = None,
    delimiter: Annotated[
        Literal["comma", "semicolon", "tab"], typer.Option(help="What parts the columns of CSV.")
    ] = "comma",
    decimal: Annotated[Literal["point", "comma"], typer.Option(help="Numbers in CSV as 1.5 or as 1,5.")] = "point",
    bom: Annotated[bool, typer.Option("--bom", help="Mark CSV as UTF-8, as Excel wants it.")] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Where to write it.")] = None,
    home: HomeFolder = DEFAULT_HOME,
) -> None:
    """Save the rows of batches as JSON, CSV or Excel.

    Example: ingestio export 407bae37-0493-4f5a-9848-d21eddf39be1 --format csv -o rows.csv
    """
    ids = [str(batch) for batch in batches]
    wish: JsonObject = {"batch_id": ids[0]} if len(ids) == 1 else {"batch_ids": ids}
    wish |= {"format": format_, "layout": layout, "path": path, "include": include or []}
    if format_ == "csv":
        wish["csv"] = {"bom": bom, "delimiter": _DELIMITERS[delimiter], "decimal": _DECIMALS[decimal]}
    name = ids[0] if len(ids) == 1 else f"{len(ids)} batches"
    with connect(home) as client:
        save_export(client, wish, output or Path("out") / f"{name}.{format_}", console=new_console())


def save_export(client: Client, wish: JsonObject, target: Path, *, console: Console) -> None:
    """Ask for an export, `wish` being what the API takes, wait for it, download it. Raises TroubleError."""
    _save(client, client.export(wish), target, console)


def save_wished_export(client: Client, batch_id: UUID, target: Path, *, console: Console) -> None:
    """Download the export that the batch asked for when it was handed in. Raises TroubleError."""
    deadline = time.monotonic() + _WITHIN
    while not (found := client.exports_of(batch_id)):
        if time.monotonic() > deadline:
            raise TroubleError(_NOT_IN_TIME)
        time.sleep(_EVERY)
    _save(client, found[0], target, console)


def _save(client: Client, wanted: Export, target: Path, console: Console) -> None:
    deadline = time.monotonic() + _WITHIN
    with console.status(f"Preparing {target.name}"):
        while not wanted.ended:
            if time.monotonic() > deadline:
                raise TroubleError(_NOT_IN_TIME)
            time.sleep(_EVERY)
            wanted = client.export_state(wanted.id)
    if wanted.status != "ready":
        raise TroubleError(_why(wanted))
    client.download(wanted.id, target)
    console.print(f"Wrote [bold]{target}[/]")


def _why(ended: Export) -> str:
    """Why there is no file."""
    if isinstance(ended.error, DocumentError):
        return f"The export failed: {ended.error.message} {ended.error.advice}"
    return _NO_FILE.get(ended.status, f"The export has {ended.status}.")
