"""S17: secrets and sentences of documents are planted, trouble is made, and no log, trace, metric or error says them.

Values that were asked for travel in events: that is what events are for. What else stands in a document does not.
"""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread

import aio_pika
import httpx2
import pytest
from reportlab.pdfgen.canvas import Canvas

from shared.migrations import SERVICES
from tests.e2e.conftest import System, running, wait_for
from tests.fake_model import FakeModel, always, fails, serving, throttles

SENTENCE = "Seventeen purple umbrellas were lent to the night watchman"
UNASKED = "The caretaker hides nineteen teaspoons below the organ"
EVERYTHING = "everything"
MODEL_KEY = "sk-canary-5b1f0c77d2"
SCHEMA = {"type": "object", "properties": {"note": {"type": ["string", "null"]}}}


@pytest.mark.timeout(400)
async def test_no_secret_and_no_sentence_appears_where_operators_look(tmp_path: Path):
    async with serving(FakeModel(always({"note": SENTENCE}))) as model:
        model.will(fails(500, SENTENCE), throttles("1"), fails(400, f"{SENTENCE} {MODEL_KEY}"))
        with collecting() as (address, traces):
            environment = {
                "OPENAI_BASE_URL": model.base_url,
                "OPENAI_API_KEY": MODEL_KEY,
                "INGESTIO_MODEL": "fake-1",
                "OTEL_EXPORTER_OTLP_ENDPOINT": address,
            }
            said, canaries = await asyncio.to_thread(_make_trouble, tmp_path / "home", environment)
        said |= {"traces": b"".join(traces).decode(errors="replace")}

    assert "chat fake-1" in said["traces"]
    assert "job_raised_problem" in said["logs"]
    assert "batch.completed" in said["events"]
    assert [(place, name) for place, text in said.items() for name, canary in canaries.items() if canary in text] == []
    assert [line for line in said["logs"].splitlines() if not _is_json(line)] == []


def _make_trouble(home: Path, environment: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """What was said, by where it was said; and what must not have been, by name."""
    with running(home, **environment) as system, system.http() as http:
        broker = system.home.broker_url() or ""
        asyncio.run(_overhear(broker))
        secret = http.post("/api/webhooks", json={"url": "http://127.0.0.1:9/"}).json()["secret"]
        files = [("files", (f"{number}.pdf", _a_letter(number))) for number in range(3)]
        batch = http.post(
            "/api/batches",
            files=files,
            data={"strategy": "global", "prompt": "The note", "json_schema": json.dumps(SCHEMA)},
        )
        system.finished(batch.json()["id"])
        asyncio.run(_poison(broker))
        errors = _errors(system)
        dead = wait_for(lambda: _told_of(http), within=60)
        events = asyncio.run(_heard(broker)).decode().replace(SENTENCE, "")  # the value that was asked for
        said = {"errors": errors, "dead letters": dead, "metrics": http.get("/metrics").text}
        canaries = {
            "token": system.home.token(),
            "model key": MODEL_KEY,
            "webhook secret": secret,
            "sentence": SENTENCE,
            "sentence nobody asked for": UNASKED,
        }
        for service, passwords in system.home.passwords().items():
            canaries |= {f"{service} {role}": password for role, password in passwords.items()}
    logs = "".join(file.read_text(errors="replace") for file in sorted(system.home.logs.glob("ingestio*.log")))
    return said | {"logs": logs, "events": events}, canaries


async def _overhear(url: str) -> None:
    """A queue of our own gets every event from now on."""
    async with await aio_pika.connect(url) as connection:
        queue = await (await connection.channel()).declare_queue(EVERYTHING, durable=True)
        await queue.bind("ingestio.events", "#")


async def _heard(url: str) -> bytes:
    async with await aio_pika.connect(url) as connection:
        queue = await (await connection.channel()).declare_queue(EVERYTHING, passive=True)
        bodies = []
        while (message := await queue.get(no_ack=True, fail=False)) is not None:
            bodies.append(message.body)
    return b"\n".join(bodies)


async def _poison(url: str) -> None:
    """Something that no service can take, and that quotes the document."""
    told = {
        "specversion": "1.0",
        "type": "document.extracted",
        "data": {"note": f"{SENTENCE}. {UNASKED}", "pages": UNASKED},
    }
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        for name in SERVICES:
            await channel.default_exchange.publish(aio_pika.Message(json.dumps(told).encode()), routing_key=name)


def _told_of(http: httpx2.Client) -> str | None:
    pages = [http.get(f"/api/dead-letters/{name}?limit=200").json()["items"] for name in SERVICES]
    return json.dumps(pages) if all(pages) else None


def _errors(system: System) -> str:
    """The bodies of what goes wrong, under a good token and under none."""
    with system.http() as http, system.http("igt_wrong") as stranger:
        answers = [
            http.post("/api/batches", data={"prompt": "\x1b[31m\r\n"}),
            http.post("/api/batches", json={"prompt": 1}),
            http.get("/api/batches/00000000-0000-0000-0000-000000000000"),
            http.post("/api/webhooks", json={"url": "ftp://nowhere"}),
            http.get("/api/batches?limit=none"),
            stranger.get("/api/batches"),
        ]
        assert all(answer.status_code >= 400 for answer in answers)
        return "".join(answer.text for answer in answers)


def _a_letter(number: int) -> bytes:
    file = BytesIO()
    page = Canvas(file)
    page.drawString(72, 700, f"Letter {number}")
    page.drawString(72, 660, SENTENCE)
    page.drawString(72, 620, UNASKED)
    page.save()
    return file.getvalue()


def _is_json(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except json.JSONDecodeError:
        return False


@contextmanager
def collecting() -> Iterator[tuple[str, list[bytes]]]:
    """A collector of traces: its address, and the bodies it got."""
    got: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as declared above it
            """Silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", got
        finally:
            server.shutdown()
