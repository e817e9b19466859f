"""A server that keeps what it was asked and answers the same to all, and the command line that asks it."""

import json
from pathlib import Path
from types import ModuleType

import httpx2
import pytest
from typer.testing import CliRunner

from ingestio.__main__ import new_app
from ingestio.client import Client


class Asked:
    """Stands behind the commands of these modules. `requests` are method, path with query (but the limit), and body."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *commands: ModuleType, answer: object) -> None:
        self.requests: list[tuple[str, str, object]] = []
        self._answer = answer
        for module in commands:
            monkeypatch.setattr(module, "connect", self._connect)

    def run(self, *arguments: str) -> str:
        result = CliRunner().invoke(new_app(), arguments)
        assert result.exit_code == 0, result.output
        return result.output

    def _connect(self, _home: Path) -> Client:
        return Client("http://server", "igt_test", transport=httpx2.MockTransport(self._hear))

    def _hear(self, request: httpx2.Request) -> httpx2.Response:
        target = request.url.raw_path.decode().removesuffix("limit=200").rstrip("?&")
        self.requests.append((request.method, target, json.loads(request.read() or b"null")))
        return httpx2.Response(200, json=self._answer)
