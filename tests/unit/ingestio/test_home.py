"""The folder of a local system."""

import json
import re
import stat
from pathlib import Path

import pytest

from ingestio.home import Home, HomeInUseError
from shared.migrations import ROLES, SERVICES


def test_the_token_is_made_once_and_for_its_owner_only(tmp_path: Path):
    home = Home(tmp_path / "home")
    token = home.token()
    assert re.fullmatch(r"igt_[\w-]{43}", token)
    assert Home(tmp_path / "home").token() == token
    assert stat.S_IMODE((home.path / "token").stat().st_mode) == 0o600


def test_every_role_of_every_service_has_a_password_of_its_own(tmp_path: Path):
    passwords = Home(tmp_path).passwords()
    assert {service: set(roles) for service, roles in passwords.items()} == {
        service: set(ROLES) for service in SERVICES
    }
    assert len({password for roles in passwords.values() for password in roles.values()}) == len(SERVICES) * len(ROLES)
    assert Home(tmp_path).passwords() == passwords


def test_a_service_that_is_new_gets_passwords_and_the_others_keep_theirs(tmp_path: Path):
    before = Home(tmp_path).passwords()
    known = {service: roles for service, roles in before.items() if service != "notifier"}
    (tmp_path / "database-passwords.json").write_text(json.dumps(known))
    after = Home(tmp_path).passwords()
    assert after.keys() == before.keys()
    assert {service: after[service] for service in known} == known


def test_the_address_is_there_only_while_something_answers(tmp_path: Path):
    home = Home(tmp_path)
    with home.answering_at("http://127.0.0.1:1234"):
        assert home.address() == "http://127.0.0.1:1234"
    assert home.address() is None


def test_only_one_system_runs_in_a_folder(tmp_path: Path):
    with Home(tmp_path).held(), pytest.raises(HomeInUseError), Home(tmp_path).held():
        pass


def test_a_folder_is_free_again_after_its_system(tmp_path: Path):
    with Home(tmp_path).held():
        pass
    with Home(tmp_path).held():
        pass
