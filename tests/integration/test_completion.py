"""Completing commands in a shell: a process asks another, as at a terminal."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    known = {key: value for key, value in os.environ.items() if not key.startswith(("INGESTIO_", "OPENAI_"))}
    command = [sys.executable, "-m", "ingestio", *arguments]
    return subprocess.run(command, cwd=ROOT, env=known | environment, capture_output=True, text=True, check=False)


def test_a_shell_that_asks_is_answered():
    asked = {"_INGESTIO_COMPLETE": "complete_bash", "COMP_WORDS": "ingestio dead", "COMP_CWORD": "1"}

    assert run(**asked).stdout.split() == ["dead-letters"]


def test_bash_completes_by_the_script(tmp_path: Path):
    """As somebody at a terminal: the script is read, and the word is completed."""
    script = tmp_path / "completion"
    script.write_text(run("completion", "bash").stdout)
    program = tmp_path / "ingestio"
    program.write_text(f'#!/bin/sh\ncd "{ROOT}" && exec "{sys.executable}" -m ingestio "$@"\n')
    program.chmod(0o755)
    asking = f'. "{script}"; COMP_WORDS=(ingestio rec); COMP_CWORD=1; _ingestio_completion ingestio; echo "${{COMPREPLY[@]}}"'
    done = subprocess.run(
        ["bash", "-c", asking],
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.split() == ["reconcile"], done.stderr
