"""Hands files in, and says on the terminal what became of each."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from ingestio.answers import Submitted
from ingestio.client import Client


def hand_in(client: Client, files: list[Path], *, fields: dict[str, Any], console: Console) -> Submitted:
    """Upload, and say which files were refused and why. Raises TroubleError."""
    with console.status(f"Uploading {len(files)} {'file' if len(files) == 1 else 'files'}"):
        submitted = client.submit(files, fields=fields)
    console.print(f"Batch [bold]{submitted.id}[/]: {len(submitted.accepted)} of {len(submitted.files)} files accepted")
    for file in submitted.files:
        if file.error:
            console.print(f"  [red]refused[/] {escape(file.file_name)}: {escape(file.error.message)}")
    return submitted
