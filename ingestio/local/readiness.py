"""Waits until services are ready."""

import asyncio
import time
from collections.abc import Mapping

import httpx2

_WITHIN = 90.0


class NotReadyError(Exception):
    """Some services did not become ready in time; the text names them."""


async def wait_until_ready(urls: Mapping[str, str], *, within: float = _WITHIN) -> None:
    """Ask each service, by name and URL, until it is ready. Raises NotReadyError."""
    missing = dict(urls)
    deadline = time.monotonic() + within
    async with httpx2.AsyncClient(timeout=5, trust_env=False) as client:
        while missing:
            if time.monotonic() > deadline:
                raise NotReadyError(", ".join(sorted(missing)))
            answers = await asyncio.gather(*(_is_ready(client, url) for url in missing.values()))
            missing = {name: url for (name, url), ready in zip(missing.items(), answers, strict=True) if not ready}
            await asyncio.sleep(0.1 if missing else 0)


async def _is_ready(client: httpx2.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(f"{url}/readyz")).status_code == 200
    except httpx2.TransportError:
        return False
