"""The command line as a whole: every command explains itself by an example, ends with the code it says, and can be completed."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from ingestio.__main__ import EXIT_CODES, new_app
from ingestio.commands import reconcile, review, submit, watch
from tests.unit.ingestio.fake_server import BATCH, FakeServer

ROOT = Path(__file__).parents[3]


def commands(group: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command by the words it is called with."""
    group = group or get_command(new_app())
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


@pytest.mark.parametrize(
    ("words", "command"), list(commands()), ids=lambda value: " ".join(value) if isinstance(value, tuple) else ""
)
def test_a_command_says_what_it_does_and_shows_itself_at_work(words: tuple[str, ...], command: Any):
    assert f"ingestio {' '.join(words)}" in command.help.partition("Example:")[2]
    assert all(getattr(parameter, "help", None) for parameter in command.params if parameter.name != "help")


def test_what_lists_or_reports_can_do_so_for_programs():
    with_json = {" ".join(words) for words, command in commands() if any("--json" in p.opts for p in command.params)}

    assert with_json >= {
        *("list", "submit", "watch", "reconcile", "doctor", "backup", "restore"),
        *("review list", "review show", "dead-letters list"),
        *("tenants list", "tokens list"),
    }


def test_the_exit_codes_are_said_by_help():
    said = " ".join(CliRunner().invoke(new_app(), ["--help"]).output.split())

    assert EXIT_CODES.split(" 2,")[0] in said


def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """As a process of its own, whose exit code is the one that shells see."""
    known = {key: value for key, value in os.environ.items() if not key.startswith(("INGESTIO_", "OPENAI_"))}
    command = [sys.executable, "-m", "ingestio", *arguments]
    return subprocess.run(command, cwd=ROOT, env=known | environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "arguments",
    [("list", "--home", "nowhere"), ("watch", "no-id"), ("submit",), ("no-such-command",), ("export", str(BATCH))],
)
def test_what_cannot_be_done_ends_with_2_and_says_so_on_standard_error(arguments: tuple[str, ...], tmp_path: Path):
    done = run(*arguments, INGESTIO_HOME=str(tmp_path))

    assert done.returncode == 2
    assert done.stderr
    assert not done.stdout


def played(monkeypatch: pytest.MonkeyPatch, module: Any, server: FakeServer) -> None:
    monkeypatch.setattr(module, "connect", lambda _home: server.client())


def test_a_batch_that_ended_well_is_0_and_as_json_it_is_all_there_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    played(monkeypatch, submit, FakeServer())
    (tmp_path / "good.pdf").write_bytes(b"%PDF-1.7")
    done = CliRunner().invoke(new_app(), ["submit", str(tmp_path), "--json"])

    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert said["batch"]["id"] == str(BATCH)
    assert (len(said["documents"]), len(said["results"])) == (2, 1)


def test_a_batch_of_which_nothing_was_accepted_is_1(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    played(monkeypatch, submit, FakeServer(refuse_all=True))
    (tmp_path / "bad.pdf").write_bytes(b"no pdf")
    done = CliRunner().invoke(new_app(), ["submit", str(tmp_path), "--json"])

    assert done.exit_code == 1
    assert [file["status"] for file in json.loads(done.stdout)["files"]] == ["refused"]


def test_watching_says_the_outcome_as_json_and_its_way_there_beside_it(monkeypatch: pytest.MonkeyPatch):
    played(monkeypatch, watch, FakeServer())
    done = CliRunner().invoke(new_app(), ["watch", str(BATCH), "--json"])

    assert done.exit_code == 0
    assert json.loads(done.stdout)["batch"]["failed"] == 1


@pytest.mark.parametrize(("found", "code"), [({"silent_pairs": 2}, 0), ({"drifted_pages": 1}, 1)])
def test_reconciling_is_1_where_a_person_must_look(monkeypatch: pytest.MonkeyPatch, found: dict[str, int], code: int):
    class Client:
        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None: ...

        def reconcile(self, *, objects: bool) -> dict[str, int]:
            return {"lost_reservations": 0, "drifted_pages": 0, "unknown_objects": 0} | found | {"objects": objects}

    monkeypatch.setattr(reconcile, "connect", lambda _home: Client())
    done = CliRunner().invoke(new_app(), ["reconcile", "--json"])

    assert done.exit_code == code
    assert json.loads(done.stdout).items() >= found.items()


def test_a_review_list_can_be_read_by_programs(monkeypatch: pytest.MonkeyPatch):
    played(monkeypatch, review, FakeServer())
    done = CliRunner().invoke(new_app(), ["review", "list", str(BATCH), "--json"])

    assert [one["file_name"] for one in json.loads(done.stdout)] == ["good.pdf", "bad.pdf"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_a_script_that_asks_us(shell: str):
    done = CliRunner().invoke(new_app(), ["completion", shell])

    assert done.exit_code == 0
    assert "_INGESTIO_COMPLETE" in done.output


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


def test_typers_own_options_for_it_are_not_offered_too():
    assert not any("completion" in opt for p in get_command(new_app()).params for opt in p.opts)
