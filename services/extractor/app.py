"""Wiring of the extractor: every input on one line."""

from functools import partial

import httpx2
from openai import AsyncOpenAI

from services.extractor.extract_document import extract_document, failed_event
from services.extractor.handlers import on_document_classified
from services.extractor.readers import FieldReader, model_reader, read_locally
from services.extractor.routes import router
from services.extractor.settings import Settings
from shared.auth import RemoteVerifier
from shared.errors import Stage
from shared.events import DocumentClassified
from shared.service import Service
from shared.worker import Worker


def wire(settings: Settings) -> Service:
    """Put the parts of the extractor together; nothing is connected before `start`."""
    service = Service("extractor", settings)
    ingest = httpx2.AsyncClient(base_url=settings.ingest_url, timeout=2)
    service.verifier = RemoteVerifier(ingest)
    by_model = _reader_by_model(settings)
    service.hear({DocumentClassified: on_document_classified})
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
    service.on_stop.append(ingest.aclose)
    return service


def _reader_by_model(settings: Settings) -> FieldReader | None:
    """The reader by a model, where one is configured."""
    if not settings.model or not settings.openai_api_key:
        return None
    client = AsyncOpenAI(
        base_url=settings.openai_base_url,
        api_key=settings.openai_api_key,
        max_retries=0,
        timeout=httpx2.Timeout(settings.model_timeout, connect=5),
    )
    return model_reader(client, settings.model)
