"""`ingestio review`: documents that wait for a person: list them, look at one, correct and approve it."""

import json
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from ingestio.client import TroubleError
from ingestio.connection import DEFAULT_HOME, HomeFolder, connect
from ingestio.terminal import AsJson, new_console, print_json

DocumentId = Annotated[UUID, typer.Argument(help="Id of the document.")]


def new_app() -> typer.Typer:
    app = typer.Typer(help="Documents that wait for a person: list, show, approve.", no_args_is_help=True)
    app.command("list")(list_waiting)
    app.command()(show)
    app.command()(approve)
    return app


def list_waiting(
    batch: Annotated[UUID | None, typer.Argument(help="One batch; all when left out.")] = None,
    *,
    as_json: AsJson = False,
    home: HomeFolder = DEFAULT_HOME,
) -> None:
    """List the documents that need a review.

    Example: ingestio review list --json
    """
    with connect(home) as client:
        waiting = list(client.to_review(batch))
    if as_json:
        print_json([document.model_dump(mode="json") for document in waiting])
        return
    table = _table("Document", "File", "Type", "Pages", "Warnings")
    for document in waiting:
        named = escape(document.file_name), escape(document.document_type or "")
        table.add_row(str(document.id), *named, str(document.pages), str(document.warnings_count))
    new_console().print(table if table.row_count else "Nothing waits for a review.")


def show(document: DocumentId, *, as_json: AsJson = False, home: HomeFolder = DEFAULT_HOME) -> None:
    """Show what was read, how sure it is, and what is doubtful.

    Example: ingestio review show 0f3b2c1e-5d7a-4c8e-9b60-2a1d3e4f5a6b
    """
    with connect(home) as client:
        read = client.result(document)
    if as_json:
        print_json(read.model_dump(mode="json"))
        return
    table = _table("Value", "Read", "Sure", "Doubts")
    for path, evidence in read.result.fields.items():
        sure = "confirmed" if evidence.confirmed else f"{evidence.confidence:.0%}"
        quoted = evidence.citations[0].text if evidence.citations else ""
        table.add_row(escape(path), escape(quoted), sure, ", ".join(evidence.warnings))
    console = new_console()
    console.print(f"{escape(read.file_name)}, version {read.version}", highlight=False)
    console.print(table)
    for warning in read.result.warnings:
        console.print(f"{warning.code}: {escape(warning.message)}", highlight=False)
    console.print_json(data=read.result.data)


def approve(
    document: DocumentId,
    *,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="A correction, as path=value; the value as JSON or as text.")
    ] = None,
    home: HomeFolder = DEFAULT_HOME,
) -> None:
    """Approve the newest version, corrected where you say so.

    Example: ingestio review approve 0f3b2c1e-5d7a-4c8e-9b60-2a1d3e4f5a6b --set total_amount=99.50
    """
    with connect(home) as client:
        reviewed = client.review(client.result(document), edits=_edits(set_ or []), approve=True)
    new_console().print(f"Approved as version {reviewed.version}.")


def _edits(corrections: Sequence[str]) -> list[dict[str, Any]]:
    edits = []
    for correction in corrections:
        path, equals, value = correction.partition("=")
        if not equals:
            raise TroubleError(f"{correction}: write it as path=value.")
        edits.append({"path": path, "value": _value(value)})
    return edits


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, no_wrap=column == "Document")
    return table
