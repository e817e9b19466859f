"""Wiring of ingest: every input on one line."""

from functools import partial

import httpx2
from fastapi import APIRouter

from services.ingest.abandoned import keep_clearing
from services.ingest.account_routes import account_router
from services.ingest.admin_routes import admin_router
from services.ingest.audit_log import AuditLog
from services.ingest.audit_routes import audit_router
from services.ingest.backup_age import keep_telling
from services.ingest.bulk import Steering
from services.ingest.bulk_routes import bulk_router
from services.ingest.document_routes import document_router
from services.ingest.erasure import keep_erasing
from services.ingest.form import Forms
from services.ingest.handlers import (
    begin_at_zero,
    on_batch_completed,
    on_batch_missed,
    on_document_ended,
)
from services.ingest.inspection import new_sandbox
from services.ingest.intake import Intake
from services.ingest.issuer_keys import IssuerKeys
from services.ingest.kept_objects import FOLDERS
from services.ingest.oidc import IssuedTokens
from services.ingest.open_batch_routes import open_batch_router
from services.ingest.open_batch_submission import OpenBatchSubmissions
from services.ingest.open_batches import OpenBatches
from services.ingest.other_comparisons import OtherComparisons
from services.ingest.preview_routes import preview_router
from services.ingest.previews import Previews
from services.ingest.prompt_routes import prompt_router
from services.ingest.reasking import keep_asking, retell_open_batches
from services.ingest.reconciling import keep_reconciling
from services.ingest.reconciling_routes import reconciling_router
from services.ingest.retention import keep_deleting
from services.ingest.routes import router
from services.ingest.session_routes import session_router
from services.ingest.settings import Settings
from services.ingest.steering_routes import router as steering_router
from services.ingest.submission import Submissions
from services.ingest.subscription_routes import subscription_router
from services.ingest.upload_routes import upload_router
from services.ingest.uploading import Uploads
from services.ingest.verifying import TokenTable
from shared.comparison import keep_comparing
from shared.events import (
    BatchCompleted,
    BatchMissed,
    DocumentCancelled,
    DocumentExtracted,
    DocumentFailed,
)
from shared.retention import History
from shared.service import Service


def wire(settings: Settings) -> Service:
    """Put the parts of ingest together; nothing is connected before `start`."""
    service = Service("ingest", settings)
    begin_at_zero()
    service.verifier = tokens = TokenTable(service.db, issued=_issued_tokens(service, settings))
    service.hear(
        {  # in the order of all that locks: a batch before its documents
            BatchMissed: on_batch_missed,
            BatchCompleted: on_batch_completed,
            DocumentExtracted: on_document_ended,
            DocumentFailed: on_document_ended,
            DocumentCancelled: on_document_ended,
        },
        previews=True,
    )
    service.routers += [*_taking_in(service, settings), *_steering(service, settings)]
    service.routers += [
        *_asking_others(service, settings),
        account_router(api_db=service.api_db),
        session_router(db=service.db, tokens=tokens),
        admin_router(service.db),
        subscription_router(service.db, secret=settings.subscription_webhook_secret),
    ]
    service.history += [
        History("quota_ledger", "at < now() - $1::interval", settings.keep_ledger),
        History("subscription_events", "received_at < now() - $1::interval", settings.keep_ledger),
    ]
    if settings.keep_batches:
        service.loops.append(partial(keep_deleting, service.db, service.bell, kept=settings.keep_batches))
    service.on_loss.append(partial(retell_open_batches, service.db, service.bell))
    service.loops += [
        partial(keep_telling, service.db),
        partial(keep_clearing, service.db, service.storage),
        partial(keep_erasing, service.db, service.storage, service.bell),
        partial(keep_asking, service.db, service.bell, silence=settings.reask_after),
        partial(keep_reconciling, service.db, service.storage, service.bell, silence=settings.reask_after),
        partial(keep_comparing, service.db, service.storage, FOLDERS),
    ]
    return service


def _taking_in(service: Service, settings: Settings) -> list[APIRouter]:
    """What brings files: forms, resumable uploads, previews."""
    api_db, storage = service.api_db, service.storage
    sandbox = new_sandbox(children=settings.inspectors)
    forms = Forms(max_file_size=settings.max_file_size, folder=settings.spool_folder)
    service.on_stop += [sandbox.close, forms.close]
    intake = Intake(api_db=api_db, storage=storage, sandbox=sandbox, bell=service.bell, settings=settings)
    submissions = Submissions(intake, forms=forms, api_db=api_db, storage=storage, settings=settings)
    open_batches = OpenBatches(api_db=api_db, settings=settings)
    open_batch_submissions = OpenBatchSubmissions(intake, api_db=api_db, storage=storage, settings=settings)
    uploads = Uploads(api_db=api_db, storage=storage, settings=settings)
    previews = Previews(intake, forms=forms, api_db=api_db, storage=storage, bell=service.bell, settings=settings)
    assert service.verifier
    return [
        router(
            submissions=submissions,
            api_db=api_db,
            storage=storage,
            verifier=service.verifier,
            max_form_size=settings.max_form_size,
        ),
        open_batch_router(open_batches, open_batch_submissions, api_db=api_db),
        prompt_router(api_db=api_db),
        upload_router(uploads, max_file_size=settings.max_file_size),
        preview_router(
            previews,
            db=service.db,
            api_db=api_db,
            storage=storage,
            bell=service.bell,
            max_form_size=4 * settings.max_file_size,
        ),
    ]


def _steering(service: Service, settings: Settings) -> list[APIRouter]:
    """What people do to batches and documents that are there."""
    parts = {"db": service.db, "api_db": service.api_db}
    hint = settings.upgrade_hint
    return [
        steering_router(**parts, bell=service.bell, upgrade_hint=hint),
        document_router(**parts, bell=service.bell, upgrade_hint=hint),
        bulk_router(Steering(**parts, upgrade_hint=hint), bell=service.bell),
    ]


def _asking_others(service: Service, settings: Settings) -> list[APIRouter]:
    """What ingest shows of all services: the audit log, and what the reconciler found."""
    http = httpx2.AsyncClient(trust_env=False)
    service.on_stop.append(http.aclose)
    return [
        audit_router(AuditLog(http, api_db=service.api_db, others=settings.audit_urls)),
        reconciling_router(
            db=service.db,
            storage=service.storage,
            bell=service.bell,
            others=OtherComparisons(http, settings.audit_urls),
            silence=settings.reask_after,
        ),
    ]


def _issued_tokens(service: Service, settings: Settings) -> IssuedTokens | None:
    if settings.oidc is None:
        return None
    http = httpx2.AsyncClient(timeout=5, follow_redirects=False)
    service.on_stop.append(http.aclose)
    return IssuedTokens(settings.oidc, IssuerKeys(settings.oidc.issuer, http=http, jwks_url=settings.oidc.jwks_url))
