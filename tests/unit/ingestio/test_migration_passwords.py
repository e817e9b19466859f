"""Where `ingestio migrate` takes the passwords from."""

import json
from pathlib import Path

import pytest

from ingestio.client import TroubleError
from ingestio.home import new_passwords
from ingestio.migrate import passwords_from
from shared.migrations import ROLES, SERVICES


def test_passwords_come_from_the_file_that_is_named(tmp_path: Path):
    passwords = new_passwords()
    file = tmp_path / "passwords"
    file.write_text(json.dumps(passwords))
    assert passwords_from({"INGESTIO_PASSWORDS_FILE": str(file)}) == passwords


def test_passwords_come_from_one_variable_each():
    environment = {
        f"INGESTIO_{service}_{role}_PASSWORD".upper(): f"{service}-{role}" for service in SERVICES for role in ROLES
    }
    assert passwords_from(environment)["ingest"]["api"] == "ingest-api"


def test_a_missing_password_is_named():
    with pytest.raises(TroubleError, match="INGESTIO_INGEST_OWNER_PASSWORD"):
        passwords_from({})
