"""The pages of a document for the eyes: pictures drawn in the sandbox and kept by content, words with their places."""

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self
from uuid import UUID

from shared.db import Transaction, rows
from shared.events import DocumentUploaded, decode
from shared.http import ApiError, not_found
from shared.pages import Page, Pages, Word
from shared.sandbox import ChildNotStartedError, Limits, Sandbox, SandboxError
from shared.storage import ObjectMissingError, Storage

WIDTHS = (160, 480, 960, 1600, 2400)  # few, so that few pictures are kept
_DRAWN_BY = "image-1"
_LIMITS = Limits(memory=2 << 30, cpu_seconds=60, wall_seconds=30, output=16 << 20, jobs=500)

_NEWEST = """
SELECT j.event, c.pages_key FROM classifications c
JOIN jobs j ON j.tenant_id = c.tenant_id AND j.subject = c.document_id AND j.generation = c.generation
WHERE c.document_id = $1 ORDER BY c.generation DESC LIMIT 1
"""


@dataclass(frozen=True)
class Source:
    """Where the file and the pages of a document are."""

    tenant_id: UUID
    sha256: str
    media_type: str
    object_key: str
    pages_key: str

    @classmethod
    async def of(cls, tx: Transaction, document_id: UUID) -> Self:
        """Raises ApiError 404 for a document that is not there, or whose pages are not read yet."""
        found = await rows(tx, _NEWEST, document_id)
        if not found:
            raise not_found("document with pages")
        event = decode(found[0].event.encode())
        assert isinstance(event, DocumentUploaded)
        return cls(event.tenant_id, event.sha256, event.media_type, event.object_key, found[0].pages_key)


def new_drawing_sandbox() -> Sandbox:
    """A sandbox of its own: who looks at a page does not wait behind OCR."""
    return Sandbox("services.classifier.shown_page_child:draw_page", children=1, limits=_LIMITS)


class ShownPages:
    """Reads and draws. Raises ApiError 404 for what is gone, 503 while the storage is away."""

    def __init__(self, *, storage: Storage, sandbox: Sandbox) -> None:
        self._storage = storage
        self._sandbox = sandbox

    async def pages(self, source: Source) -> tuple[Page, ...]:
        raw = await self._get(source.pages_key)
        return (await asyncio.to_thread(Pages.from_bytes, raw)).pages

    async def page(self, source: Source, number: int) -> Page:
        pages = await self.pages(source)
        if number > len(pages):
            raise not_found("page in this document")
        return pages[number - 1]

    async def image(self, source: Source, number: int, *, width: int) -> bytes:
        """A JPEG, at most `width` pixels wide, from what is kept where it was drawn before.

        Raises ApiError 422 for a page that cannot be drawn.
        """
        key = image_key(source, number, width=width)
        try:
            return await self._storage.get(key)
        except ObjectMissingError:
            drawn = await self._draw(source, await self.page(source, number), width)
        except OSError as error:
            raise _away() from error
        with contextlib.suppress(OSError):  # it is drawn again next time
            await self._storage.put(key, drawn, media_type="image/jpeg")
        return drawn

    async def _draw(self, source: Source, page: Page, width: int) -> bytes:
        lies = {"turned": page.turned, "slant": page.slant}
        request = {"page": page.number, "media_type": source.media_type, "width": width} | lies
        with TemporaryDirectory(prefix="ingestio-page-") as folder:
            path = Path(folder) / "file"
            path.write_bytes(await self._get(source.object_key))
            drawn = await self._run(request, path)
        if not drawn:
            raise ApiError(
                422, "page_not_drawable", "This page cannot be drawn. Download the file and look at it there."
            )
        return drawn

    async def _run(self, request: dict[str, Any], path: Path) -> bytes:
        try:
            answer = await self._sandbox.run(request, file=path)
        except SandboxError as trouble:
            raise ApiError(
                422, "page_not_drawable", "This page makes its reader fail. Download the file and look at it there."
            ) from trouble
        except ChildNotStartedError as trouble:
            raise ApiError(
                503, "drawing_unavailable", "Pages cannot be drawn now. Try again in a moment.", retryable=True
            ) from trouble
        assert isinstance(answer, bytes)
        return answer

    async def _get(self, key: str) -> bytes:
        try:
            return await self._storage.get(key)
        except ObjectMissingError as error:
            raise not_found("document with pages") from error
        except OSError as error:
            raise _away() from error


def image_key(source: Source, number: int, *, width: int) -> str:
    """Beside the page's text, so that it goes with it. Pages read anew may lie otherwise, and are drawn anew."""
    reading = source.pages_key.rpartition("/")[2].removesuffix(".json.gz")
    return f"pages/{source.tenant_id}/{source.sha256}/{_DRAWN_BY}/{reading}/{number}-{width}.jpg"


def kept_width(wanted: int) -> int:
    """The smallest width that is kept and is no smaller than this."""
    return next((width for width in WIDTHS if width >= wanted), WIDTHS[-1])


def single_words(page: Page) -> Iterator[Word]:
    """The words one by one: what an engine read as one piece of a line is cut at its spaces, in proportion."""
    for word in page.words:
        parts = word.text.split(" ")
        step = (word.x1 - word.x0) / len(word.text)
        place = word.x0
        for part in parts:
            end = place + step * len(part)
            if part:
                yield replace(word, text=part, x0=place, x1=min(end, word.x1))
            place = end + step


def _away() -> ApiError:
    return ApiError(503, "storage_unavailable", "The object storage is away. Try again in a moment.", retryable=True)
