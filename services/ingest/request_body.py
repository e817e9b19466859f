"""The body of a request as it comes, until it ends or is cut off."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import Request
from starlette.requests import ClientDisconnect

# A connection that has been silent for so long is taken for cut.
_SILENT_SECONDS = 15.0


class CutOffError(Exception):
    """The connection ended, or went silent, before its body did."""


async def body_of(request: Request) -> AsyncIterator[bytes]:
    """Its chunks. Raises CutOffError."""
    chunks = request.stream()
    try:
        while True:
            async with asyncio.timeout(_SILENT_SECONDS):
                chunk = await anext(chunks, None)
            if chunk is None:
                return
            yield chunk
    except (ClientDisconnect, TimeoutError) as cut:
        raise CutOffError from cut
