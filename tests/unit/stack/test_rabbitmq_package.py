import os
from pathlib import Path

import pytest

from ingestio.stack import rabbitmq_package
from ingestio.stack.errors import StackError


def executable(file: Path, script: str) -> None:
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without RabbitMQ, whose programs are those in the returned folder; the user is nobody special."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr(rabbitmq_package, "KNOWN_PLACES", (tmp_path / "nowhere",))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    return programs


def install(tmp_path: Path) -> Path:
    return rabbitmq_package.ensure_installed(log=tmp_path / "log", say=lambda _line: None)


def test_a_server_in_its_known_place_is_found_and_nothing_is_installed(
    bare: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    place = tmp_path / "rabbitmq-server"
    place.touch()
    monkeypatch.setattr(rabbitmq_package, "KNOWN_PLACES", (place,))

    assert install(tmp_path) == place


def test_without_apt_get_the_message_says_the_three_ways_out(bare: Path, tmp_path: Path):
    with pytest.raises(StackError) as problem:
        install(tmp_path)

    text = str(problem.value)
    assert "no apt-get" in text
    assert all(
        way in text for way in ("apt-get install rabbitmq-server", "INGESTIO_RABBITMQ_URL=", "docker compose up")
    )


def test_a_user_who_may_not_become_root_is_not_asked_for_a_password(bare: Path, tmp_path: Path):
    executable(bare / "apt-get", "exit 1")
    executable(bare / "sudo", "exit 1")

    with pytest.raises(StackError, match="may not become it without a password"):
        install(tmp_path)


def test_with_sudo_it_is_installed_and_found(bare: Path, tmp_path: Path):
    executable(bare / "apt-get", "exit 1")
    # Stands for sudo and for the installation: the program appears.
    executable(bare / "sudo", f"/bin/cp /bin/true {bare}/rabbitmq-server")

    assert install(tmp_path) == bare / "rabbitmq-server"


def test_an_installation_that_fails_names_its_log(bare: Path, tmp_path: Path):
    executable(bare / "apt-get", "exit 1")
    executable(bare / "sudo", '[ "$2" = true ]')

    with pytest.raises(StackError, match=f"apt-get failed, see {tmp_path / 'log'}"):
        install(tmp_path)
