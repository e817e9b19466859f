"""Reads the pages that have no text layer, and the pictures on those that have one, in the sandbox."""

import asyncio
import os
from pathlib import Path
from typing import Literal

import structlog
from pydantic import BaseModel, ValidationError

from shared.errors import Category, Permanent, Transient
from shared.metrics import OCR_PAGES, OCR_SECONDS
from shared.pages import Page, Pages, Word
from shared.results import JsonObject
from shared.sandbox import ChildDiedError, ChildNotStartedError, Limits, Sandbox, SandboxError

log = structlog.get_logger()

ENGINE_VERSION = "rapidocr-3.10-ppocr6-small-3"
LIMITS = Limits(memory=4 << 30, cpu_seconds=600, wall_seconds=180, output=8 << 20, jobs=500)

_PAGES_AT_ONCE = 4  # of one document, so that a long one leaves readers to the others


class _Reading(BaseModel):
    """The child's answer: the upright page in points or pixels with its words, or nothing to be seen."""

    width: float = 0.0
    height: float = 0.0
    words: tuple[Word, ...] = ()
    turned: Literal[0, 90, 180, 270] = 0
    slant: float = 0.0
    no_picture: bool = False


def new_sandbox(*, children: int) -> Sandbox:
    """A sandbox whose children read pages, the cores shared out among them."""
    threads = max(1, (os.cpu_count() or 1) // children)
    return Sandbox(
        "services.classifier.ocr_child:read_page",
        children=children,
        limits=LIMITS,
        environment={"OCR_THREADS": str(threads)},
    )


async def read_page(path: Path, *, page: int, media_type: str, sandbox: Sandbox) -> Page:
    """Draw and read one page, counted from 1; its words are fragments of lines with the engine's confidence.

    Raises Permanent for a page that cannot be drawn or makes its reader crash, Transient when the time, the memory or
    the machine did not suffice: less may be going on when it is tried again.
    """
    reading = await _read({"page": page, "media_type": media_type, "parts": []}, path, sandbox=sandbox)
    return Page(number=page, source="ocr", **dict(reading))


async def read_pictures(page: Page, path: Path, *, media_type: str, sandbox: Sandbox) -> Page:
    """The page with what its pictures say behind the words it had.

    A picture that cannot be read stays in `pictures`: the page has its text all the same. Raises Transient as `read_page` does.
    """
    known = [(word.x0, word.y0, word.x1, word.y1) for word in page.words]
    request = {"page": page.number, "media_type": media_type, "parts": page.pictures, "known": known}
    try:
        reading = await _read(request, path, sandbox=sandbox)
    except Permanent:
        log.warning("pictures_not_read", page=page.number)
        return page
    return page.model_copy(update={"words": page.words + reading.words, "pictures": ()})


async def _read(request: JsonObject, path: Path, *, sandbox: Sandbox) -> _Reading:
    page = request["page"]
    try:
        answer = await sandbox.run(request, file=path)
        assert isinstance(answer, bytes)
        reading = _Reading.model_validate_json(answer)
    except (ChildDiedError, ValidationError) as trouble:
        raise Permanent(Category.OCR_FAILED, f"Page {page} makes its reader crash.") from trouble
    except SandboxError as trouble:
        raise Transient(Category.OCR_FAILED, f"Reading page {page} took too much time or memory.") from trouble
    except ChildNotStartedError as trouble:
        raise Transient(Category.OCR_FAILED, "No reader could be started.") from trouble
    if reading.no_picture:
        raise Permanent(Category.OCR_FAILED, f"Page {page} cannot be drawn.")
    return reading


async def fill_pages(pages: Pages, path: Path, *, media_type: str, sandbox: Sandbox) -> Pages:
    """Read exactly the pages that need it, whole or in part. Raises as `read_page` does, at the first page that fails."""
    gate = asyncio.Semaphore(_PAGES_AT_ONCE)

    async def fill(page: Page) -> Page:
        if not page.needs_ocr:
            return page
        async with gate:
            with OCR_SECONDS.time():
                if page.pictures:
                    read = await read_pictures(page, path, media_type=media_type, sandbox=sandbox)
                else:
                    read = await read_page(path, page=page.number, media_type=media_type, sandbox=sandbox)
        OCR_PAGES.inc()
        return read

    tasks = [asyncio.create_task(fill(page)) for page in pages.pages]
    try:
        return Pages(pages=tuple(await asyncio.gather(*tasks)))
    finally:
        for task in tasks:
            task.cancel()
