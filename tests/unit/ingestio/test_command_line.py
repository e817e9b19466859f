"""The command line as a whole: every command explains itself by an example, ends with the code it says, and can be completed."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from ingestio.__main__ import EXIT_CODES, main, new_app
from ingestio.commands import reconcile, review, submit, watch
from tests.unit.ingestio.fake_server import BATCH, FakeServer


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
        *("review list", "review show", "dead-letters list", "queues list"),
        *("tenants list", "tokens list"),
    }


def test_the_exit_codes_are_said_by_help():
    said = " ".join(CliRunner().invoke(new_app(), ["--help"]).output.split())

    assert EXIT_CODES.split(" 2,")[0] in said


@pytest.mark.parametrize(
    "arguments",
    [("list", "--home", "nowhere"), ("watch", "no-id"), ("submit",), ("no-such-command",), ("export", str(BATCH))],
)
def test_what_cannot_be_done_ends_with_2_and_says_so_on_standard_error(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(sys, "argv", ["ingestio", *arguments])
    for name in ("INGESTIO_URL", "INGESTIO_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("INGESTIO_HOME", str(tmp_path))
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()

    assert ended.value.code == 2
    assert said.err
    assert not said.out


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


def test_typers_own_options_for_it_are_not_offered_too():
    assert not any("completion" in opt for p in get_command(new_app()).params for opt in p.opts)
