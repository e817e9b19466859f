"""The body of a request as it comes, until it ends, is cut off, or comes too slowly to wait for."""

import asyncio
import time
from collections.abc import AsyncIterator

from fastapi import Request
from starlette.requests import ClientDisconnect

# So many bytes may take so long; a connection that brings fewer is taken for cut.
_SLOWEST_SECONDS = 15.0
_SLOWEST_BYTES = 4_096


class CutOffError(Exception):
    """The connection ended, or all but fell silent, before its body did."""


async def body_of(request: Request) -> AsyncIterator[bytes]:
    """Its chunks. Raises CutOffError."""
    chunks = request.stream()
    waited, arrived = 0.0, 0
    try:
        while True:
            asked = time.monotonic()
            async with asyncio.timeout(_SLOWEST_SECONDS - waited):
                chunk = await anext(chunks, None)
            if chunk is None:
                return
            waited, arrived = waited + time.monotonic() - asked, arrived + len(chunk)
            if arrived >= _SLOWEST_BYTES:
                waited, arrived = 0.0, 0
            yield chunk
    except (ClientDisconnect, TimeoutError) as cut:
        raise CutOffError from cut
