"""Wiring of the exporter: every input on one line."""

from functools import partial

import httpx2

from services.exporter.expiry import keep_clearing
from services.exporter.handlers import (
    forget_documents,
    on_batch_completed,
    on_batch_created,
    on_batch_deleted,
    on_batch_retried,
    on_batch_updated,
    on_cancel_requested,
    on_document_ended,
)
from services.exporter.make_export import failed_event, make_export
from services.exporter.missed import keep_looking
from services.exporter.routes import router
from services.exporter.settings import Settings
from shared.auth import RemoteVerifier
from shared.errors import Stage
from shared.events import (
    BatchCancelRequested,
    BatchCompleted,
    BatchCreated,
    BatchDeleted,
    BatchRetried,
    BatchUpdated,
    DocumentCancelled,
    DocumentCancelRequested,
    DocumentDeleted,
    DocumentExtracted,
    DocumentFailed,
    DocumentReviewed,
)
from shared.service import Service
from shared.worker import Worker


def wire(settings: Settings) -> Service:
    """Put the parts of the exporter together; nothing is connected before `start`."""
    service = Service("exporter", settings)
    ingest = httpx2.AsyncClient(base_url=settings.ingest_url, timeout=2)
    service.verifier = RemoteVerifier(ingest)
    service.hear(
        {
            BatchCreated: on_batch_created,
            BatchRetried: on_batch_retried,
            DocumentExtracted: on_document_ended,
            DocumentReviewed: on_document_ended,
            DocumentFailed: on_document_ended,
            DocumentCancelled: on_document_ended,
            BatchCompleted: on_batch_completed,
            BatchCancelRequested: on_cancel_requested,
            BatchUpdated: on_batch_updated,
            BatchDeleted: on_batch_deleted,
            DocumentCancelRequested: forget_documents,
            DocumentDeleted: forget_documents,
        }
    )
    service.work(_worker(service, settings))
    service.routers.append(router(api_db=service.api_db, storage=service.storage, bell=service.bell))
    service.loops += [
        partial(keep_clearing, service.db, service.storage),
        partial(keep_looking, service.db, service.bell, silence=settings.missed_after),
    ]
    service.on_stop.append(ingest.aclose)
    return service


def _worker(service: Service, settings: Settings) -> Worker:
    return Worker(
        db=service.db,
        bell=service.bell,
        run=partial(
            make_export,
            db=service.db,
            storage=service.storage,
            scratch_folder=settings.scratch_folder,
            unknown_after=settings.unknown_after,
        ),
        failed=failed_event,
        stage=Stage.EXPORT,
        slots=settings.slots,
        max_run=settings.max_run,
    )
