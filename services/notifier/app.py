"""Wiring of notifier: every input on one line."""

import httpx2

from services.notifier.handlers import on_batch_completed, on_batch_deleted, on_export_completed
from services.notifier.routes import router
from services.notifier.settings import Settings
from shared.auth import RemoteVerifier
from shared.events import BatchCompleted, BatchDeleted, ExportCompleted
from shared.service import Service


def wire(settings: Settings) -> Service:
    """Put the parts of notifier together; nothing is connected before `start`."""
    service = Service("notifier", settings)
    ingest = httpx2.AsyncClient(base_url=settings.ingest_url, timeout=5, trust_env=False)
    service.on_stop.append(ingest.aclose)
    service.verifier = RemoteVerifier(ingest)
    service.hear(
        {
            BatchCompleted: on_batch_completed,
            ExportCompleted: on_export_completed,
            BatchDeleted: on_batch_deleted,
        }
    )
    service.routers.append(router(service.api_db))
    return service
