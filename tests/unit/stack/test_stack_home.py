import os
import stat
from pathlib import Path

import pytest

from ingestio.stack.errors import StackError
from ingestio.stack.home import Home, default_home
from ingestio.stack.passwords import remembered_passwords


def test_the_data_folder_has_one_owner_and_the_next_one_is_told_who(tmp_path: Path):
    owner = Home(tmp_path)
    owner.claim()

    with pytest.raises(StackError, match=f"already running .process {os.getpid()}."):
        Home(tmp_path).claim()
    owner.release()


def test_a_released_data_folder_can_be_claimed_again(tmp_path: Path):
    home = Home(tmp_path)
    home.claim()
    home.release()

    other = Home(tmp_path)
    other.claim()
    other.release()


def test_the_environment_names_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("INGESTIO_HOME", str(tmp_path))
    assert default_home() == tmp_path

    monkeypatch.delenv("INGESTIO_HOME")
    assert default_home() == Path(".ingestio")


def test_passwords_are_generated_once_and_only_their_owner_may_read_them(tmp_path: Path):
    file = tmp_path / "passwords.json"
    passwords = remembered_passwords(file)

    assert remembered_passwords(file) == passwords
    assert len(set(vars(passwords).values())) == 5
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert passwords.postgres not in repr(passwords)
