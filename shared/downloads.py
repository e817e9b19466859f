"""A stored file on its way to whoever asked for it: streamed, under its own name, and never a page in our origin."""

import re
from collections.abc import AsyncIterator
from urllib.parse import quote

from fastapi.responses import StreamingResponse

from shared.http import ApiError
from shared.storage import Storage


async def download(
    storage: Storage, key: str, *, file_name: str, media_type: str, size: int | None = None
) -> StreamingResponse:
    """The answer that brings the object; `size` in bytes is told where it is known.

    Raises ObjectMissingError, and ApiError 503 while the storage is away: before the answer begins.
    """
    chunks = storage.stream(key)
    try:
        first = await anext(chunks, b"")
    except OSError as error:
        raise ApiError(503, "storage_unavailable", "The object storage is away.", retryable=True) from error

    async def body() -> AsyncIterator[bytes]:
        yield first
        async for chunk in chunks:
            yield chunk

    headers = {
        "content-disposition": _attachment(file_name),
        "content-security-policy": "sandbox",
        "cache-control": "private, no-store",
    }
    if size is not None:
        headers["content-length"] = str(size)
    return StreamingResponse(body(), media_type=media_type, headers=headers)


def _attachment(name: str) -> str:
    """RFC 6266: the name itself, and a plain one for those who cannot read it."""
    plain = re.sub(r"[^\w .()&+-]", "_", name, flags=re.ASCII)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
