"""`ingestio watch`: follow a batch that runs already."""

from typing import Annotated
from uuid import UUID

import typer

from ingestio.connection import DEFAULT_HOME, HomeFolder, connect
from ingestio.progress import follow
from ingestio.results_table import results_table
from ingestio.terminal import new_console
from shared.vocabulary import BatchStatus


def watch(
    batch: Annotated[UUID, typer.Argument(help="Id of the batch.")],
    home: HomeFolder = DEFAULT_HOME,
) -> None:
    """Follow a batch to its end and show its rows. Exit code 1 when the batch failed."""
    console = new_console()
    with connect(home) as client:
        ended = follow(client, batch, console=console)
        console.print(results_table(list(client.documents(batch)), client.results(batch), width=console.width))
    raise typer.Exit(1 if ended.status is BatchStatus.FAILED else 0)
