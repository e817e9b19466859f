"""`ingestio submit`: hand in files, follow them, see the rows."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

import typer
from rich.console import Console

from ingestio.client import Client, TroubleError
from ingestio.commands.export import Format, Layout, save_wished_export
from ingestio.connection import DEFAULT_HOME, HomeFolder, connect
from ingestio.files_to_send import NothingToSendError, find_files, left_out
from ingestio.handing_in import hand_in
from ingestio.progress import follow
from ingestio.results_table import show_outcome
from ingestio.terminal import AsJson, new_console, print_json
from shared.vocabulary import BatchStatus

Strategy = Literal["global", "per_document", "auto"]


def submit(
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders of PDF, JPG and PNG files.")],
    *,
    name: Annotated[str, typer.Option(help="Name of the batch.")] = "",
    strategy: Annotated[
        Strategy | None,
        typer.Option(help="Where prompts come from. Unless said: `global` with a prompt or a schema, else `auto`."),
    ] = None,
    prompt: Annotated[str, typer.Option(help="What to read, in your words: one prompt for all files.")] = "",
    prompt_file: Annotated[Path | None, typer.Option(help="The prompt, from a text file.")] = None,
    prompts: Annotated[Path | None, typer.Option(help="JSON file: a prompt for each file name.")] = None,
    schema: Annotated[Path | None, typer.Option(help="JSON Schema of the result.")] = None,
    priority: Annotated[Literal["high", "normal", "low"], typer.Option(help="Its weight in the queue.")] = "normal",
    metadata: Annotated[str, typer.Option(help="A JSON object of yours, echoed everywhere.")] = "",
    export: Annotated[Format | None, typer.Option(help="Save the rows in this format when done.")] = None,
    layout: Annotated[Layout, typer.Option(help="One row a document, or one row a line item.")] = "normal",
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the export.")] = Path("out"),
    wait: Annotated[bool, typer.Option(help="Follow the batch to its end.")] = True,
    as_json: AsJson = False,
    home: HomeFolder = DEFAULT_HOME,
) -> None:
    """Hand in documents. Exit code 1: nothing was accepted, or the batch failed; 2: the server was not reached.

    Example: ingestio submit ~/receipts --export xlsx --layout multi_row
    """
    console = new_console(stderr=as_json)
    text = prompt_file.read_text() if prompt_file else prompt
    fields: dict[str, Any] = {
        "name": name,
        "strategy": strategy or ("per_document" if prompts else "global" if text or schema else "auto"),
        "prompt": text,
        "prompts": read_json(prompts) if prompts else None,
        "json_schema": read_json(schema) if schema else None,
        "priority": priority,
        "metadata": metadata,
        "export": {"format": export, "layout": layout} if export else None,
    }
    files = _chosen(paths, console)
    with connect(home) as client:
        submitted = hand_in(client, files, fields=fields, console=console)
        if wait and submitted.accepted:
            place = output / f"{submitted.id}.{export}" if export else None
            raise typer.Exit(_follow(client, submitted.id, place, console=console, as_json=as_json))
    if as_json:
        print_json(submitted.model_dump(mode="json"))
    raise typer.Exit(0 if submitted.accepted else 1)


def _chosen(paths: list[Path], console: Console) -> list[Path]:
    """The files to send, and a word of those in the folders that are not."""
    try:
        files = find_files(paths)
    except NothingToSendError as error:
        raise TroubleError(str(error)) from error
    if others := left_out(paths):
        console.print(f"Left out: {others} {'file' if others == 1 else 'files'}, neither PDF, JPG nor PNG by name")
    return files


def _follow(client: Client, batch_id: UUID, place: Path | None, *, console: Console, as_json: bool) -> int:
    """To its end, and its export to its place; returns the exit code."""
    batch = follow(client, batch_id, console=console)
    show_outcome(client, batch, console=console, as_json=as_json)
    if place and batch.completed:
        save_wished_export(client, batch_id, place, console=console)
    elif place:
        console.print("No export: nothing was read.")
    return 1 if batch.status is BatchStatus.FAILED else 0


def read_json(path: Path) -> Any:
    """Raises TroubleError for a file that is missing or no JSON."""
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise TroubleError(f"{path} is not readable as JSON: {error}") from error
