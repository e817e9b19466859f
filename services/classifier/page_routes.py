"""The pages of a document over HTTP: pictures and words in the same coordinates, for the page where people review."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel

from services.classifier.shown_pages import ShownPages, Source, image_key, kept_width, single_words
from shared.auth import Caller, Identity
from shared.db import Database

Number = Annotated[int, Path(ge=1, description="From 1.")]
Box = tuple[float, float, float, float]


class PageSize(BaseModel):
    """One upright page. `width` and `height` are points of a PDF and pixels of an image: only their ratio matters.

    `source` says where its words come from: a text layer or OCR.
    """

    number: int
    width: float
    height: float
    source: Literal["text", "ocr", "none"]


class PagesOfDocument(BaseModel):
    items: list[PageSize]


class WordOnPage(BaseModel):
    """`box` is `(x0, y0, x1, y1)` in fractions of the page's picture, origin top left, as in citations of results."""

    text: str
    box: Box
    confidence: float | None


class WordsOfPage(PageSize):
    """In reading order, as far as the file or the engine gave one."""

    items: list[WordOnPage]


def page_router(*, api_db: Database, shown: ShownPages) -> APIRouter:
    routes = APIRouter(prefix="/api/documents/{document_id}/pages", tags=["pages"])

    async def source_of(document_id: UUID, caller: Identity) -> Source:
        async with api_db.transaction(tenant=caller.tenant_id) as tx:
            return await Source.of(tx, document_id)

    @routes.get("")
    async def list_pages(document_id: UUID, caller: Caller) -> PagesOfDocument:
        """The pages of a document, once it is classified."""
        pages = await shown.pages(await source_of(document_id, caller))
        return PagesOfDocument(items=[PageSize.model_validate(page, from_attributes=True) for page in pages])

    @routes.get("/{number}/image", response_class=Response, responses={200: {"content": {"image/jpeg": {}}}})
    async def get_page_image(
        request: Request,
        document_id: UUID,
        number: Number,
        caller: Caller,
        width: Annotated[int, Query(ge=1, le=4_000, description="Pixels it should have, at least; rounded up.")] = 1600,
    ) -> Response:
        """The picture of a page, upright and level, as JPEG. It has the width asked for unless the page has less to show."""
        source, kept = await source_of(document_id, caller), kept_width(width)
        headers = {
            "etag": f'"{source.sha256[:16]}-{image_key(source, number, width=kept).partition(source.sha256)[2]}"',
            "cache-control": "private, no-cache",
            "content-security-policy": "default-src 'none'; sandbox",
            "cross-origin-resource-policy": "same-origin",
        }
        if headers["etag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(await shown.image(source, number, width=kept), media_type="image/jpeg", headers=headers)

    @routes.get("/{number}/words")
    async def list_words(document_id: UUID, number: Number, caller: Caller) -> WordsOfPage:
        """The words of a page and where they stand on its picture."""
        page = await shown.page(await source_of(document_id, caller), number)
        words = [
            WordOnPage(text=word.text, box=(word.x0, word.y0, word.x1, word.y1), confidence=word.confidence)
            for word in single_words(page)
        ]
        return WordsOfPage(number=page.number, width=page.width, height=page.height, source=page.source, items=words)

    return routes
