"""`ingestio documents`: steer single documents."""

from typing import Annotated, Any
from uuid import UUID

import typer

from ingestio.commands.steer import SchemaFile, schema_in
from ingestio.connection import DEFAULT_HOME, HomeFolder, connect
from ingestio.terminal import new_console

DocumentId = Annotated[UUID, typer.Argument(help="Id of the document.")]


def new_app() -> typer.Typer:
    app = typer.Typer(help="Single documents: cancel, retry, delete.", no_args_is_help=True)
    app.command()(cancel)
    app.command()(retry)
    app.command()(delete)
    return app


def cancel(document: DocumentId, home: HomeFolder = DEFAULT_HOME) -> None:
    """Stop one document, if it has not ended. The others of its batch go on.

    Example: ingestio documents cancel 0f3b2c1e-5d7a-4c8e-9b60-2a1d3e4f5a6b
    """
    with connect(home) as client:
        status = client.cancel_document(document)
    new_console().print(f"The document is [bold]{status}[/].")


def retry(
    document: DocumentId,
    *,
    prompt: Annotated[str, typer.Option(help="Read a completed document again too, with this prompt.")] = "",
    schema: SchemaFile = None,
    home: HomeFolder = DEFAULT_HOME,
) -> None:
    """Read one failed or cancelled document again; with another prompt or schema, a completed one too.

    Example: ingestio documents retry 0f3b2c1e-5d7a-4c8e-9b60-2a1d3e4f5a6b
    """
    wish: dict[str, Any] = ({"prompt": prompt} if prompt else {}) | (
        {"json_schema": schema_in(schema)} if schema else {}
    )
    with connect(home) as client:
        batch = client.retry_document(document, wish=wish)
    new_console().print(f"Reading the document again: ingestio watch {batch}")


def delete(
    document: DocumentId,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    home: HomeFolder = DEFAULT_HOME,
) -> None:
    """Delete one document with its file, its results and the exports that hold it, for ever.

    Example: ingestio documents delete 0f3b2c1e-5d7a-4c8e-9b60-2a1d3e4f5a6b --yes
    """
    if not yes:
        typer.confirm("The file, its results and exports with it will be gone for ever. Delete them?", abort=True)
    with connect(home) as client:
        client.delete_document(document)
    new_console().print("Deleted.")
