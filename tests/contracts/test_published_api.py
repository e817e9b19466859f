"""The published OpenAPI document is what the services serve, and the console's client is made from it."""

import re
from pathlib import Path

import orjson
import pytest

from docs.api.publish import PAGE, PUBLISHED, as_text, described, wired
from docs.api.reference import reference
from ingestio.answers import QueueName
from ingestio.home import Home
from services.console.routing import service_for
from shared.service import build_app

CLIENT = Path(__file__).parents[2] / "services/console/web/src/shared/api/generated/sdk.gen.ts"
BEHIND_THE_DOOR = ("/internal/", "/healthz", "/readyz", "/metrics")
NOT_IN_THE_CONSOLE = re.compile(r"/(dead-letters|queues|admin|subscriptions|uploads/)|^/api/uploads$")


@pytest.mark.volume
def test_the_published_document_is_what_is_served(tmp_path: Path):
    assert PUBLISHED.read_bytes() == as_text(described(Home(tmp_path))), "run `python -m docs.api.publish`"


def test_the_page_about_the_api_is_made_from_the_document():
    assert PAGE.read_text() == reference(orjson.loads(PUBLISHED.read_bytes())), "run `python -m docs.api.publish`"


@pytest.mark.volume
def test_the_door_leads_to_every_operation_with_its_service(tmp_path: Path):
    served = {service.name: build_app(service.name, [service]).openapi()["paths"] for service in wired(Home(tmp_path))}

    lost = [
        f"{method.upper()} {path}: {service_for(method.upper(), path)} instead of {service}"
        for service, paths in served.items()
        for path, methods in paths.items()
        for method in methods
        if service_for(method.upper(), path.replace("{", "").replace("}", "")) != service
        and not path.startswith(BEHIND_THE_DOOR)
    ]

    assert lost == []


def test_the_command_line_knows_every_queue():
    paths = orjson.loads(PUBLISHED.read_bytes())["paths"]

    assert sorted(QueueName) == sorted(path.rpartition("/")[2] for path in paths if path.startswith("/api/queues/"))


def test_the_client_has_every_operation_that_the_console_may_use():
    client = CLIENT.read_text()
    paths = [path for path in orjson.loads(PUBLISHED.read_bytes())["paths"] if not NOT_IN_THE_CONSOLE.search(path)]

    assert [path for path in paths if f"url: '{path}'" not in client] == []
