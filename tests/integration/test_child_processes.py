import json
import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from ingestio.stack import process
from ingestio.stack.environ import child_environ
from ingestio.stack.errors import StackError
from ingestio.stack.home import Home
from ingestio.stack.leftovers import end_leftovers
from ingestio.stack.process import Recipe, launch


def sleeper(folder: Path, *, script: str = "exec sleep 60") -> Recipe:
    return Recipe(
        name="sleeper", command=["/bin/sh", "-c", script], folder=folder, environ=child_environ(folder), patience=0.5
    )


@pytest.fixture
def sleeping() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["/bin/sleep", "60"]) as process:
        yield process
        process.kill()


def write_down(process: subprocess.Popen[bytes], *, run: Path, age: float = 0) -> None:
    born = psutil.Process(process.pid).create_time() - age
    (run / "left.json").write_text(json.dumps({"pid": process.pid, "born": born, "end_with": signal.SIGTERM}))


async def test_a_child_is_outside_the_terminals_group_and_is_forgotten_once_stopped(tmp_path: Path):
    child = launch(sleeper(tmp_path), home=Home(tmp_path))
    assert os.getsid(child.process.pid) == child.process.pid

    await child.stop()

    assert child.process.returncode == -signal.SIGTERM
    assert not child.record.exists()


async def test_a_child_that_ignores_the_request_is_killed(tmp_path: Path):
    child = launch(
        sleeper(tmp_path, script="trap '' TERM; echo deaf; while :; do sleep 0.1; done"), home=Home(tmp_path)
    )
    while "deaf" not in child.log.read_text():
        child.check_alive()

    await child.stop()

    assert child.process.returncode == -signal.SIGKILL


async def test_what_is_to_run_before_its_stop_finds_the_child_alive(tmp_path: Path):
    tell = ["/bin/sh", "-c", "kill -0 $(cat pid) && echo alive >> said; echo heard"]
    child = launch(replace(sleeper(tmp_path), before_stop=tell), home=Home(tmp_path))
    (tmp_path / "pid").write_text(str(child.process.pid))

    await child.stop()
    await child.stop()  # the second time there is nobody to stop

    assert (tmp_path / "said").read_text() == "alive\n"
    assert child.log.read_text() == "heard\n"


@pytest.mark.parametrize("command", [["/nowhere/ghost"], ["/bin/false"], ["/bin/sleep", "60"]])
async def test_a_child_is_stopped_though_what_is_to_run_before_fails(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(process, "BEFORE_STOP_SECONDS", 0.2)
    child = launch(replace(sleeper(tmp_path), before_stop=command), home=Home(tmp_path))

    await child.stop()

    assert child.process.returncode == -signal.SIGTERM


async def test_a_child_that_ends_by_itself_is_told_with_its_log(tmp_path: Path):
    child = launch(sleeper(tmp_path, script="exit 3"), home=Home(tmp_path))
    child.process.wait()

    with pytest.raises(StackError, match=r"sleeper ended while it started.*sleeper\.log"):
        child.check_alive()
    await child.stop()


def test_a_program_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))  # nor is there a setpriv
    recipe = Recipe(name="ghost", command=["/nowhere/ghost"], folder=tmp_path, environ={})

    with pytest.raises(StackError, match=r"ghost could not be started.*/nowhere/ghost"):
        launch(recipe, home=Home(tmp_path))


async def test_a_leftover_is_recognised_by_number_and_birth_and_ended(
    tmp_path: Path, sleeping: subprocess.Popen[bytes]
):
    home = Home(tmp_path)
    write_down(sleeping, run=home.run)

    assert await end_leftovers(home.run) == 1
    assert not psutil.pid_exists(sleeping.pid)
    assert list(home.run.iterdir()) == []


async def test_a_stranger_that_got_the_number_of_a_leftover_is_left_alone(
    tmp_path: Path, sleeping: subprocess.Popen[bytes]
):
    home = Home(tmp_path)
    write_down(sleeping, run=home.run, age=3600)

    assert await end_leftovers(home.run) == 0
    assert sleeping.poll() is None


async def test_a_record_cut_short_by_a_crash_is_forgotten(tmp_path: Path):
    home = Home(tmp_path)
    (home.run / "left.json").write_text('{"pid": 12')

    assert await end_leftovers(home.run) == 0
    assert list(home.run.iterdir()) == []
