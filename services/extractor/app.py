"""Wiring of the extractor: every input on one line."""

from functools import partial

import httpx2

from services.extractor.extract_document import extract_document, failed_event
from services.extractor.handlers import (
    on_batch_deleted,
    on_cancel_requested,
    on_document_cancel_requested,
    on_document_classified,
    on_document_deleted,
)
from services.extractor.memory import keep_forgetting
from services.extractor.model_parts import model_parts
from services.extractor.model_routes import model_router
from services.extractor.readers import read_locally
from services.extractor.review_routes import review_router
from services.extractor.routes import router
from services.extractor.settings import Settings
from shared.auth import RemoteVerifier
from shared.errors import Stage
from shared.events import (
    BatchCancelRequested,
    BatchDeleted,
    BatchUpdated,
    DocumentCancelRequested,
    DocumentClassified,
    DocumentDeleted,
)
from shared.pairs import change_lanes
from shared.service import Service
from shared.worker import Run, Worker


def wire(settings: Settings, *, run: Run | None = None) -> Service:
    """Put the parts of the extractor together; nothing is connected before `start`.

    `run` does the jobs instead: for measuring all that is around them.
    """
    service = Service("extractor", settings)
    ingest = httpx2.AsyncClient(base_url=settings.ingest_url, timeout=2)
    service.verifier = RemoteVerifier(ingest)
    model = (
        model_parts(settings, settings.model, db=service.db, storage=service.storage, opened=service.bell.jobs.set)
        if settings.model
        else None
    )
    service.hear(
        {
            DocumentClassified: on_document_classified,
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
                extract_document,
                storage=service.storage,
                read_fields=model.read_fields if model else read_locally,
                cache=model.cache if model else None,
            ),
            failed=failed_event,
            stage=Stage.EXTRACT,
            slots=settings.slots if model else settings.local_slots,
            max_run=settings.max_run,
            room=model.gate.room if model else None,
        )
    )
    if model:
        service.loops += [model.gate.run, partial(keep_forgetting, service.db)]
        service.on_stop.append(model.close)
    service.routers.append(router(api_db=service.api_db, storage=service.storage))
    service.routers.append(model_router(api_db=service.api_db, ledger=model.ledger if model else None))
    service.routers.append(review_router(api_db=service.api_db, storage=service.storage, bell=service.bell))
    service.on_stop.append(ingest.aclose)
    return service
