"""A system that cannot start says why, and so does the command that borrows it."""

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from ingestio.local.serving import run_until_told


def command_line(*words: str, home: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "ingestio", *words, "--home", str(home)]
    return subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_a_command_whose_system_cannot_start_gives_the_reason_and_how_it_ended(tmp_path: Path):
    ran = command_line("demo", home=tmp_path, INGESTIO_POSTGRES_URL="mysql://ada:secret@127.0.0.1/none")

    said = " ".join(ran.stderr.split())
    assert ran.returncode == 2
    assert "INGESTIO_POSTGRES_URL" in said
    assert "could not be started (exit code 2)" in said


def test_a_port_that_is_taken_is_found_before_anything_starts(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        ran = command_line("up", "--port", str(port), home=tmp_path)

    assert ran.returncode == 2
    assert f"Port {port} cannot be used (Address already in use)" in " ".join(ran.stderr.split())
    assert "PostgreSQL" not in ran.stdout


def test_work_that_was_cancelled_by_nobody_is_no_orderly_end():
    async def lost() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        run_until_told(lost())
