"""Wiring of the aggregator: every input on one line."""

from functools import partial

import httpx2

from services.aggregator.analytics_routes import analytics_router, tenants_analytics_router
from services.aggregator.bulk import BulkSteering
from services.aggregator.bulk_routes import bulk_router
from services.aggregator.handlers import forget_documents, on_batch_deleted, project
from services.aggregator.latecomers import Latecomers
from services.aggregator.live import Hub
from services.aggregator.live_log import keep_pruning
from services.aggregator.live_routes import live_router
from services.aggregator.routes import batch_router, document_router
from services.aggregator.settings import Settings
from shared.auth import RemoteVerifier
from shared.events import (
    BatchCancelRequested,
    BatchCreated,
    BatchDeleted,
    BatchRetried,
    BatchUpdated,
    DocumentCancelled,
    DocumentCancelRequested,
    DocumentClassified,
    DocumentDeleted,
    DocumentExtracted,
    DocumentFailed,
    DocumentReviewed,
    DocumentUploaded,
)
from shared.retention import History
from shared.service import Service


def wire(settings: Settings) -> Service:
    """Put the parts of the aggregator together; nothing is connected before `start`."""
    service = Service("aggregator", settings)
    ingest = httpx2.AsyncClient(base_url=settings.ingest_url, timeout=settings.ingest_patience)
    latecomers = Latecomers(ingest, db=service.db, api_db=service.api_db, bell=service.bell)
    service.verifier = RemoteVerifier(ingest)
    hub = Hub(service.db, service.bell.news)
    projected, forgotten = partial(project, told=hub.hear), partial(forget_documents, told=hub.hear)
    service.hear(
        {
            BatchCreated: projected,
            BatchRetried: projected,
            BatchCancelRequested: projected,
            DocumentUploaded: projected,
            DocumentClassified: projected,
            DocumentExtracted: projected,
            DocumentReviewed: projected,
            DocumentFailed: projected,
            DocumentCancelled: projected,
            BatchUpdated: projected,
            BatchDeleted: on_batch_deleted,
            DocumentCancelRequested: forgotten,
            DocumentDeleted: forgotten,
        }
    )
    hourly = ("hourly_documents", "hourly_spread", "hourly_queue")
    service.history += [History(name, "hour < now() - $1::interval", settings.keep_statistics) for name in hourly]
    service.loops += [hub.run, partial(keep_pruning, service.db)]
    service.before_stop.append(hub.close)
    service.routers += [
        live_router(hub=hub, api_db=service.api_db, latecomers=latecomers),
        analytics_router(service.api_db),
        tenants_analytics_router(service.db),
        batch_router(service.api_db, latecomers=latecomers),
        document_router(service.api_db),
        bulk_router(BulkSteering(ingest, api_db=service.api_db)),
    ]
    service.on_stop.append(ingest.aclose)
    return service
