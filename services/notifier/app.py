"""Wiring of notifier: every input on one line."""

from datetime import timedelta
from functools import partial

import httpx2

from services.notifier.addresses import Guard, Resolver
from services.notifier.deliver import RETRIES, deliver
from services.notifier.delivery_routes import delivery_router
from services.notifier.forgetting import keep_forgetting
from services.notifier.handlers import (
    on_batch_completed,
    on_batch_deleted,
    on_document_deleted,
    on_export_ended,
    on_public_event,
    on_quota_warning,
)
from services.notifier.mail_routes import mail_router
from services.notifier.mails import MAIL
from services.notifier.routes import router
from services.notifier.sealing import Seal, keep_sealed
from services.notifier.send_mail import send_mail
from services.notifier.sending import Sender
from services.notifier.settings import Settings
from services.notifier.turns import Turns
from services.notifier.webhook_routes import webhook_router
from shared.auth import RemoteVerifier
from shared.errors import Stage
from shared.events import (
    BatchCompleted,
    BatchDeleted,
    DocumentCancelled,
    DocumentDeleted,
    DocumentExtracted,
    DocumentFailed,
    DocumentReviewed,
    ExportCompleted,
    ExportFailed,
    QuotaWarning,
)
from shared.jobs import Job, Outcome
from shared.retention import History
from shared.service import Service
from shared.worker import Run, Worker


def wire(settings: Settings) -> Service:
    """Put the parts of notifier together; nothing is connected before `start`."""
    service = Service("notifier", settings)
    ingest = httpx2.AsyncClient(base_url=settings.ingest_url, timeout=5, trust_env=False)
    resolver = Resolver()
    seal = Seal(settings.sealing_keys.split())
    sender = Sender(Guard(resolver, settings.reachable))
    service.on_stop += [ingest.aclose, resolver.close]
    service.verifier = RemoteVerifier(ingest)
    service.hear(
        {
            DocumentExtracted: on_public_event,
            DocumentReviewed: on_public_event,
            DocumentFailed: on_public_event,
            DocumentCancelled: on_public_event,
            BatchCompleted: on_batch_completed,
            ExportCompleted: on_export_ended,
            ExportFailed: on_export_ended,
            QuotaWarning: on_quota_warning,
            BatchDeleted: on_batch_deleted,
            DocumentDeleted: on_document_deleted,
        }
    )
    service.history.append(History("notices", "created_at < now() - $1::interval", settings.keep_history))
    service.work(_worker(service, settings, sender=sender, seal=seal))
    service.loops += [partial(keep_forgetting, service.db), partial(keep_sealed, service.db, seal)]
    service.routers += [
        router(service.api_db),
        webhook_router(service.api_db, sender=sender, seal=seal),
        delivery_router(service.api_db, bell=service.bell),
        mail_router(service.api_db, db=service.db, bell=service.bell, configured=settings.mail_server is not None),
    ]
    return service


def _worker(service: Service, settings: Settings, *, sender: Sender, seal: Seal) -> Worker:
    return Worker(
        db=service.db,
        bell=service.bell,
        run=partial(
            run_message,
            send_webhook=partial(deliver, db=service.db, sender=sender, turns=Turns(), seal=seal),
            send_mail=partial(send_mail, db=service.db, server=settings.mail_server, turns=Turns()),
        ),
        failed=None,
        stage=Stage.NOTIFY,
        slots=settings.webhook_slots,
        max_run=timedelta(minutes=1),
        retries=RETRIES,
    )


async def run_message(job: Job, *, send_webhook: Run, send_mail: Run) -> Outcome:
    """Both kinds of message wait in one queue."""
    return await (send_mail if job.event == MAIL else send_webhook)(job)
