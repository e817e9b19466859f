"""Which server the commands talk to."""

from pathlib import Path

import pytest

from ingestio.client import TroubleError
from ingestio.connection import connect
from ingestio.home import Home


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch):
    for name in ("INGESTIO_URL", "INGESTIO_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def test_a_system_that_runs_in_the_folder_is_found(tmp_path: Path):
    home = Home(tmp_path)
    home.token()
    with home.answering_at("http://127.0.0.1:1234"), connect(tmp_path) as client:
        assert client.url == "http://127.0.0.1:1234"


def test_the_environment_goes_before_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("INGESTIO_URL", "https://ingestio.example/")
    monkeypatch.setenv("INGESTIO_TOKEN", "igt_other")
    home = Home(tmp_path)
    with home.answering_at("http://127.0.0.1:1234"), connect(tmp_path) as client:
        assert client.url == "https://ingestio.example"


def test_where_nothing_runs_the_text_says_how_to_start_it(tmp_path: Path):
    with pytest.raises(TroubleError, match="ingestio up"):
        connect(tmp_path)


def test_a_server_without_a_token_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("INGESTIO_URL", "https://ingestio.example")
    with pytest.raises(TroubleError, match="INGESTIO_TOKEN"):
        connect(tmp_path)
