"""`ingestio list`: the newest batches."""

from typing import Annotated

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from ingestio.connection import DEFAULT_HOME, HomeFolder, connect
from ingestio.progress import counts_of, said
from ingestio.terminal import new_console


def list_batches(
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many.")] = 20,
    home: HomeFolder = DEFAULT_HOME,
) -> None:
    """List the newest batches."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for column in ("Batch", "Name", "Status", "Done", "Counts", "Created"):
        table.add_column(column, no_wrap=column in {"Batch", "Name", "Created"}, overflow="ellipsis")
    with connect(home) as client:
        for batch in client.batches(limit=limit):
            done = f"{batch.done}/{batch.total_documents}"
            created = f"{batch.created_at:%Y-%m-%d %H:%M}" if batch.created_at else ""
            table.add_row(str(batch.id), escape(batch.name), said(batch.status), done, counts_of(batch), created)
    new_console().print(table)
