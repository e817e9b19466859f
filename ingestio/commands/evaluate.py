"""`ingestio eval`: read labelled documents and score what came out."""

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from ingestio.client import Client, TroubleError
from ingestio.commands.submit import hand_in, read_json
from ingestio.connection import DEFAULT_HOME, HomeFolder
from ingestio.home import Home
from ingestio.local.borrowed import borrowed_system
from ingestio.progress import follow
from ingestio.terminal import new_console

Labels = Mapping[str, Mapping[str, Any]]


def evaluate(
    folder: Annotated[Path, typer.Argument(help="Documents with their labels.json: {file: {field: value}}.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for predictions.json.")] = Path("out"),
    prompt: Annotated[str, typer.Option(help="One prompt for all. Unless said, each type's own.")] = "",
    home: HomeFolder = DEFAULT_HOME,
) -> None:
    """Read every labelled file with a schema of the labels' fields, and run the score.py beside the labels."""
    console = new_console()
    labels: Labels = read_json(folder / "labels.json")
    missing = [name for name in labels if not (folder / name).is_file()]
    if missing:
        raise TroubleError(f"labels.json names files that are not in {folder}: {', '.join(missing[:5])}")
    with borrowed_system(Home(home)) as client:
        predictions = predict(client, folder, labels, prompt=prompt, console=console)
    target = output / "predictions.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(predictions, indent=1, ensure_ascii=False))
    console.print(f"Wrote [bold]{target}[/]")
    raise typer.Exit(print_scores(folder, target))


def predict(
    client: Client, folder: Path, labels: Labels, *, prompt: str, console: Console
) -> dict[str, dict[str, Any]]:
    """Read the labelled files; returns the values by file name and prints counts and time."""
    fields = {
        "name": f"Evaluation of {folder.name}",
        "strategy": "global",
        "prompt": prompt,
        "json_schema": schema_of(labels),
    }
    began = time.monotonic()
    submitted = hand_in(client, [folder / name for name in labels], fields=fields, console=console)
    batch = follow(client, submitted.id, console=console)
    seconds = time.monotonic() - began
    console.print(
        f"{batch.completed} completed ({batch.needs_review} to review), {batch.failed} failed, in {seconds:.1f} s"
    )
    names = {file.document_id: file.file_name for file in submitted.files}
    return {names[result.document_id]: result.result.data for result in client.results(submitted.id)}


def schema_of(labels: Labels) -> dict[str, Any]:
    """A schema whose properties are the labels' fields, each a text, a number or null; `_` begins a note."""
    fields = dict.fromkeys(field for label in labels.values() for field in label if not field.startswith("_"))
    properties = {field: {"type": [_type_of(field, labels), "null"]} for field in fields}
    return {"type": "object", "properties": properties, "required": list(fields), "additionalProperties": False}


def print_scores(folder: Path, predictions: Path) -> int:
    """Run score.py of the folder or its parent, if there is one; returns its exit code."""
    scripts = [place / "score.py" for place in (folder, folder.absolute().parent)]
    script = next((script for script in scripts if script.is_file()), None)
    if script is None:
        return 0
    command = [sys.executable, str(script), str(folder / "labels.json"), str(predictions)]
    return subprocess.run(command, check=False).returncode  # noqa: S603  # the user's own script, named by them


def _type_of(field: str, labels: Labels) -> str:
    values = [label[field] for label in labels.values() if label.get(field) is not None]
    return "number" if values and all(isinstance(value, int | float) for value in values) else "string"
