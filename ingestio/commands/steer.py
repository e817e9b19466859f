"""`ingestio cancel`, `retry` and `delete`: steer a batch that runs or has ended."""

import json
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from ingestio.client import TroubleError
from ingestio.connection import DEFAULT_HOME, HomeFolder, connect
from ingestio.terminal import new_console

SchemaFile = Annotated[Path | None, typer.Option(help="Read into this JSON Schema.")]
BatchId = Annotated[UUID, typer.Argument(help="Id of the batch.")]


def cancel(batch: BatchId, home: HomeFolder = DEFAULT_HOME) -> None:
    """Stop a batch: what has not ended ends now, results that are there stay.

    Example: ingestio cancel 407bae37-0493-4f5a-9848-d21eddf39be1
    """
    with connect(home) as client:
        status = client.cancel(batch)
    new_console().print(f"The batch is [bold]{status}[/].")


def retry(
    batch: BatchId,
    *,
    document: Annotated[list[UUID] | None, typer.Option(help="Only this document; may be given often.")] = None,
    prompt: Annotated[str, typer.Option(help="Read completed documents again too, with this prompt.")] = "",
    schema: SchemaFile = None,
    home: HomeFolder = DEFAULT_HOME,
) -> None:
    """Read failed and cancelled documents again; with another prompt or schema, completed ones too.

    Example: ingestio retry 407bae37-0493-4f5a-9848-d21eddf39be1 --prompt "Number and total"
    """
    wish: dict[str, Any] = {"document_ids": [str(id_) for id_ in document or []], "prompt": prompt}
    wish |= {"json_schema": schema_in(schema)} if schema else {}
    with connect(home) as client:
        count = client.retry(batch, wish={name: value for name, value in wish.items() if value})
    new_console().print(f"Reading {count} {'document' if count == 1 else 'documents'} again: ingestio watch {batch}")


def delete(
    batch: BatchId,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    home: HomeFolder = DEFAULT_HOME,
) -> None:
    """Delete a batch with its files, results and exports, for ever.

    Example: ingestio delete 407bae37-0493-4f5a-9848-d21eddf39be1 --yes
    """
    if not yes:
        typer.confirm("Files, results and exports will be gone for ever. Delete them?", abort=True)
    with connect(home) as client:
        client.delete(batch)
    new_console().print("Deleted.")


def schema_in(file: Path) -> Any:
    """The JSON of a file. Raises TroubleError."""
    try:
        return json.loads(file.read_text())
    except (OSError, ValueError) as error:
        raise TroubleError(f"{file} is not a readable JSON file.") from error
