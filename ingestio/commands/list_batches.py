"""`ingestio list`: the newest batches."""

from typing import Annotated

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from ingestio.answers import Batch
from ingestio.connection import DEFAULT_HOME, HomeFolder, connect
from ingestio.progress import counts_of, said
from ingestio.terminal import AsJson, new_console, print_json
from shared.vocabulary import BatchStatus


def list_batches(
    *,
    status: Annotated[list[BatchStatus] | None, typer.Option(help="Only those that are so; may be said again.")] = None,
    search: Annotated[str | None, typer.Option(help="In names and errors, also misspelt.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many.")] = 20,
    as_json: AsJson = False,
    home: HomeFolder = DEFAULT_HOME,
) -> None:
    """List the newest batches.

    Example: ingestio list --status failed --search "june invoices"
    """
    with connect(home) as client:
        batches = client.batches(limit=limit, status=status or [], q=search)
    if as_json:
        print_json([batch.model_dump(mode="json") for batch in batches])
    else:
        new_console().print(_table(batches))


def _table(batches: list[Batch]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for column in ("Batch", "Name", "Status", "Done", "Counts", "Created"):
        table.add_column(column, no_wrap=column in {"Batch", "Name", "Created"}, overflow="ellipsis")
    for batch in batches:
        done = f"{batch.done}/{batch.total_documents}"
        created = f"{batch.created_at:%Y-%m-%d %H:%M}" if batch.created_at else ""
        table.add_row(str(batch.id), escape(batch.name), said(batch.status), done, counts_of(batch), created)
    return table
