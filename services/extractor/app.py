"""Wiring of the extractor: every input on one line."""

from functools import partial

import httpx2

from services.extractor.extract_document import extract_document, failed_event
from services.extractor.handlers import on_batch_deleted, on_cancel_requested, on_document_classified
from services.extractor.readers import model_reader, read_locally
from services.extractor.review_routes import review_router
from services.extractor.routes import router
from services.extractor.settings import Settings
from shared.auth import RemoteVerifier
from shared.chat import new_client
from shared.errors import Stage
from shared.events import BatchCancelRequested, BatchDeleted, DocumentClassified
from shared.service import Service
from shared.worker import Worker


def wire(settings: Settings) -> Service:
    """Put the parts of the extractor together; nothing is connected before `start`."""
    service = Service("extractor", settings)
    ingest = httpx2.AsyncClient(base_url=settings.ingest_url, timeout=2)
    service.verifier = RemoteVerifier(ingest)
    by_model = model_reader(new_client(settings), settings.model) if settings.model else None
    service.hear(
        {
            DocumentClassified: on_document_classified,
            BatchCancelRequested: on_cancel_requested,
            BatchDeleted: on_batch_deleted,
        }
    )
    service.worker = Worker(
        db=service.db,
        bell=service.bell,
        run=partial(extract_document, storage=service.storage, read_fields=by_model or read_locally),
        failed=failed_event,
        stage=Stage.EXTRACT,
        slots=settings.slots if by_model else settings.local_slots,
        max_run=settings.max_run,
    )
    service.routers.append(router(api_db=service.api_db, storage=service.storage))
    service.routers.append(review_router(api_db=service.api_db, storage=service.storage, bell=service.bell))
    service.on_stop.append(ingest.aclose)
    return service
