"""Follows a batch until it ends: one line with a bar, counts and pages."""

import time
from uuid import UUID

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ingestio.answers import Batch
from ingestio.client import Client

_EVERY = 0.4  # seconds between two looks


def follow(client: Client, batch_id: UUID, *, console: Console) -> Batch:
    """Show the progress until the batch has ended; returns how it ended. Raises TroubleError."""
    columns = (
        TextColumn("[bold]{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[counts]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("Reading", total=None, counts="")
        while True:
            batch = client.batch(batch_id)
            progress.update(task, total=batch.total_documents or None, completed=batch.done, counts=counts_of(batch))
            if batch.ended:
                progress.update(task, description=said(batch.status).capitalize())
                return batch
            time.sleep(_EVERY)


def counts_of(batch: Batch) -> str:
    """What a glance needs: `24 pages, 1 failed, 2 to review`."""
    pages = str(batch.pages) if batch.ended else f"{batch.pages_done} of {batch.pages}"
    parts = [f"{pages} {'page' if batch.pages == 1 else 'pages'}"]
    parts += [f"[red]{batch.failed} failed[/]"] if batch.failed else []
    parts += [f"{batch.cancelled} cancelled"] if batch.cancelled else []
    parts += [f"[yellow]{batch.needs_review} to review[/]"] if batch.needs_review else []
    return ", ".join(parts)


def said(status: str) -> str:
    """A status as people say it."""
    return status.replace("_", " ")
