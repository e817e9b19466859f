"""The terminal: as wide as it is; where there is none, wide enough that no table breaks."""

import json
import sys
from typing import Annotated, Any

import typer
from rich.console import Console

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of a table for people.")]

_WIDTH_OF_A_FILE = 120


def new_console(*, stderr: bool = False) -> Console:
    """On standard output, or on standard error where that is for programs."""
    stream = sys.stderr if stderr else sys.stdout
    return Console(width=None if stream.isatty() else _WIDTH_OF_A_FILE, stderr=stderr)


def print_json(value: Any) -> None:
    """What only programs read: JSON, nothing else, on standard output."""
    sys.stdout.write(json.dumps(value, indent=1, ensure_ascii=False) + "\n")
