"""Wiring of the door: the proxy over the services, and the page beside it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
from fastapi import FastAPI

from services.console.page import add_page
from services.console.proxy import Proxy
from services.console.settings import Settings
from shared.http import new_app

_METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]


def new_door(settings: Settings, *, transport: httpx2.AsyncBaseTransport | None = None) -> FastAPI:
    """The application. Answers may take their time (event streams, uploads); only connecting has a limit."""
    client = httpx2.AsyncClient(
        transport=transport,
        timeout=httpx2.Timeout(None, connect=5),
        limits=httpx2.Limits(max_connections=None, max_keepalive_connections=32),
        trust_env=False,
    )

    async def probe() -> dict[str, bool]:
        answers = await asyncio.gather(*(_is_ready(client, url) for url in settings.services.values()))
        return dict(zip(settings.services, answers, strict=True))

    @asynccontextmanager
    async def closing(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await client.aclose()

    app = new_app("IngestIO", probe=probe, max_body=None)
    app.router.lifespan_context = closing
    forward = Proxy(client, settings.services).forward
    for path in ("/api/{path:path}", "/sign-in"):
        app.add_api_route(path, forward, methods=_METHODS, include_in_schema=False)
    add_page(app)
    return app


async def _is_ready(client: httpx2.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(f"{url}/readyz", timeout=5)).status_code == 200
    except httpx2.TransportError:
        return False
