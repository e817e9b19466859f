"""Wiring of the classifier: every input on one line."""

from functools import partial

import httpx2
from fastapi import APIRouter

from services.classifier.classify_document import Model, classify_document, failed_event
from services.classifier.handlers import (
    on_batch_deleted,
    on_cancel_requested,
    on_document_cancel_requested,
    on_document_deleted,
    on_document_uploaded,
)
from services.classifier.ocr import new_sandbox
from services.classifier.page_routes import page_router
from services.classifier.prompt_routes import prompt_router
from services.classifier.routes import router
from services.classifier.settings import Settings
from services.classifier.shown_pages import ShownPages, new_drawing_sandbox
from shared.auth import RemoteVerifier
from shared.chat import new_client
from shared.errors import Stage
from shared.events import (
    BatchCancelRequested,
    BatchDeleted,
    BatchUpdated,
    DocumentCancelRequested,
    DocumentDeleted,
    DocumentUploaded,
)
from shared.pairs import change_lanes
from shared.service import Service
from shared.worker import Run, Worker


def wire(settings: Settings, *, run: Run | None = None) -> Service:
    """Put the parts of the classifier together; nothing is connected before `start`.

    `run` does the jobs instead: for measuring all that is around them.
    """
    service = Service("classifier", settings)
    ingest = httpx2.AsyncClient(base_url=settings.ingest_url, timeout=2)
    service.verifier = RemoteVerifier(ingest)
    sandbox = new_sandbox(children=settings.readers)
    model = Model(new_client(settings), settings.model) if settings.model else None
    service.hear(
        {
            DocumentUploaded: on_document_uploaded,
            BatchCancelRequested: on_cancel_requested,
            BatchUpdated: change_lanes,
            BatchDeleted: on_batch_deleted,
            DocumentCancelRequested: on_document_cancel_requested,
            DocumentDeleted: on_document_deleted,
        },
        previews=True,
    )
    service.work(
        Worker(
            db=service.db,
            bell=service.bell,
            run=run
            or partial(
                classify_document,
                storage=service.storage,
                sandbox=sandbox,
                model=model,
                certain_from=settings.certain_from,
            ),
            failed=failed_event,
            stage=Stage.CLASSIFY,
            slots=settings.slots,
            max_run=settings.max_run,
        )
    )
    service.routers += [router(), *_showing(service, model)]
    service.on_stop += [ingest.aclose, sandbox.close]
    return service


def _showing(service: Service, model: Model | None) -> list[APIRouter]:
    """What people look at documents with: pages, and prompts suggested from them."""
    drawing = new_drawing_sandbox()
    service.on_stop.append(drawing.close)
    shown = ShownPages(storage=service.storage, sandbox=drawing)
    return [
        page_router(api_db=service.api_db, shown=shown),
        prompt_router(api_db=service.api_db, shown=shown, model=model),
    ]
