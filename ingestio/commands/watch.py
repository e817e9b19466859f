"""`ingestio watch`: follow a batch that runs already."""

from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console

from ingestio.connection import DEFAULT_HOME, HomeFolder, connect
from ingestio.progress import follow
from ingestio.results_table import results_table
from shared.events import BatchStatus


def watch(
    batch: Annotated[UUID, typer.Argument(help="Id of the batch.")],
    home: HomeFolder = DEFAULT_HOME,
) -> None:
    """Follow a batch to its end and show its rows. Exit code 1 when the batch failed."""
    console = Console()
    with connect(home) as client:
        ended = follow(client, batch, console=console)
        console.print(results_table(client.documents(batch), client.results(batch)))
    raise typer.Exit(1 if ended.status is BatchStatus.FAILED else 0)
