"""`ingestio completion`: a script that lets a shell complete commands, options and their values."""

import os
from typing import Annotated, Literal

import typer
from typer.completion import completion_init, get_completion_script  # type: ignore[attr-defined]  # not declared, but there

_PROGRAM, _VARIABLE = "ingestio", "_INGESTIO_COMPLETE"


def completion(shell: Annotated[Literal["bash", "zsh", "fish"], typer.Argument(help="Which shell.")]) -> None:
    """Print the script that completes `ingestio` in a shell.

    Example: ingestio completion bash > ~/.local/share/bash-completion/completions/ingestio
    """
    typer.echo(get_completion_script(prog_name=_PROGRAM, complete_var=_VARIABLE, shell=shell))


def answer_shells() -> None:
    """Get ready to answer where a shell that runs such a script asks."""
    if _VARIABLE in os.environ:
        completion_init()
