"""`ingestio watch`: follow a batch that runs already."""

from typing import Annotated
from uuid import UUID

import typer

from ingestio.connection import DEFAULT_HOME, HomeFolder, connect
from ingestio.progress import follow
from ingestio.results_table import show_outcome
from ingestio.terminal import AsJson, new_console
from shared.vocabulary import BatchStatus


def watch(
    batch: Annotated[UUID, typer.Argument(help="Id of the batch.")],
    *,
    as_json: AsJson = False,
    home: HomeFolder = DEFAULT_HOME,
) -> None:
    """Follow a batch to its end and show its rows. Exit code 1 when the batch failed.

    Example: ingestio watch 407bae37-0493-4f5a-9848-d21eddf39be1
    """
    console = new_console(stderr=as_json)
    with connect(home) as client:
        ended = follow(client, batch, console=console)
        show_outcome(client, ended, console=console, as_json=as_json)
    raise typer.Exit(1 if ended.status is BatchStatus.FAILED else 0)
