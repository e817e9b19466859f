"""`ingestio demo`: start everything, read the sample documents, write the rows, stop everything."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from ingestio.answers import Document
from ingestio.checkout import ROOT
from ingestio.client import Client
from ingestio.commands.export import Format, Layout, save_export
from ingestio.connection import DEFAULT_HOME, HomeFolder
from ingestio.handing_in import hand_in
from ingestio.home import Home
from ingestio.local.borrowed import borrowed_system
from ingestio.progress import follow
from ingestio.results_table import results_table
from ingestio.terminal import new_console

SAMPLES = ROOT / "samples"
EXPORTS: Sequence[tuple[Format, Layout]] = (("xlsx", "multi_row"), ("csv", "normal"), ("json", "normal"))


def demo(
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the rows.")] = Path("out"),
    home: HomeFolder = DEFAULT_HOME,
) -> None:
    """Read the sample documents end to end. Exit code 0 when each one came out as it should.

    Example: ingestio demo -o out
    """
    console = new_console()
    with borrowed_system(Home(home)) as client:
        complaints = read_samples(client, output, console=console)
    for complaint in complaints:
        console.print(f"[red]{complaint}[/]")
    console.print("\nYour own: [bold]make up[/], and beside it [bold].venv/bin/ingestio submit FOLDER --export xlsx[/]")
    raise typer.Exit(1 if complaints else 0)


def read_samples(client: Client, output: Path, *, console: Console) -> list[str]:
    """Submit the samples, show and save the rows; returns what did not come out as it should."""
    truth = json.loads((SAMPLES / "truth.json").read_text())
    files = [SAMPLES / name for name in truth]
    submitted = hand_in(client, files, fields={"name": "Sample documents", "strategy": "auto"}, console=console)
    follow(client, submitted.id, console=console)
    documents = list(client.documents(submitted.id))
    console.print(results_table(documents, client.results(submitted.id), width=console.width))
    for format_, layout in EXPORTS:
        target = output / f"demo.{format_}"
        wish = {"batch_id": str(submitted.id), "format": format_, "layout": layout}
        save_export(client, wish, target, console=console)
    return complaints_about(documents, truth)


def complaints_about(documents: Sequence[Document], truth: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """A good sample must have completed; the broken one must have failed, with a reason."""
    complaints = []
    by_name = {document.file_name: document for document in documents}
    for name, expected in truth.items():
        document = by_name.get(name)
        if document is None:
            complaints.append(f"{name} is missing.")
        elif "error" in expected and not (document.status == "failed" and document.error):
            complaints.append(f"{name} should have failed with a reason; it is {document.status}.")
        elif "error" not in expected and document.status != "completed":
            complaints.append(f"{name} should have completed; it is {document.status}.")
    return complaints
