"""One job: document.classified in, document.extracted out."""

import orjson
import structlog

from services.extractor.readers import FieldReader
from services.extractor.result_cache import ResultCache
from services.extractor.tables import extractions
from shared.errors import Category, DocumentError, Permanent, Transient
from shared.events import DocumentClassified, DocumentExtracted, DocumentFailed, decode
from shared.jobs import Job, Outcome
from shared.pages import Pages
from shared.results import JsonObject, Result
from shared.storage import ObjectMissingError, Storage

log = structlog.get_logger()

_LARGEST_INLINE = 256 * 1024


async def extract_document(
    job: Job, *, storage: Storage, read_fields: FieldReader, cache: ResultCache | None = None
) -> Outcome:
    """Raises Permanent when the pages are gone, Transient while the storage is away, and what the reader raises."""
    document = _classified(job)
    result = await cache.find(document) if cache else None
    if result is None:
        result = await read_fields(await _pages(document, storage), document)
    if document.needs_review:
        result = result.model_copy(update={"needs_review": True})
    key = await _store_if_large(document, result, storage)
    extracted = DocumentExtracted.caused_by(
        document,
        document_id=document.document_id,
        file_name=document.file_name,
        document_type=document.document_type,
        pages=document.pages,
        needs_review=result.needs_review,
        result=None if key else result,
        result_key=key,
        rows=result.rows,
        usage=result.usage,
        provider=result.provider,
        model=result.model,
        cached=result.cached,
        custom_id=document.custom_id,
    )
    log.info("document_extracted", provider=result.provider, needs_review=result.needs_review, cached=result.cached)
    row = _row(extracted) | {"cache_key": cache.key(document) if cache else None}
    return Outcome(job, "done", events=[extracted], rows=[(extractions, row)])


def failed_event(job: Job, error: DocumentError) -> DocumentFailed:
    """What the others hear of a job that failed for good."""
    document = _classified(job)
    return DocumentFailed.caused_by(
        document,
        document_id=document.document_id,
        file_name=document.file_name,
        document_type=document.document_type,
        error=error,
    )


async def _pages(document: DocumentClassified, storage: Storage) -> Pages:
    try:
        return Pages.from_bytes(await storage.get(document.pages_key))
    except ObjectMissingError as error:
        raise Permanent(Category.INTERNAL, "The stored pages are gone.") from error
    except OSError as error:
        raise Transient(Category.INTERNAL, "The object storage did not answer.") from error


async def _store_if_large(document: DocumentClassified, result: Result, storage: Storage) -> str | None:
    """Put a result that is too large for an event into object storage, before anything commits."""
    body = orjson.dumps(result.model_dump(mode="json"))
    if len(body) <= _LARGEST_INLINE:
        return None
    key = f"results/{document.tenant_id}/{document.batch_id}/{document.document_id}/{document.generation}-1"
    try:
        await storage.put(key, body, media_type="application/json")
    except OSError as error:
        raise Transient(Category.INTERNAL, "The object storage did not answer.") from error
    return key


def _classified(job: Job) -> DocumentClassified:
    event = decode(job.event)
    assert isinstance(event, DocumentClassified)
    return event


def _row(extracted: DocumentExtracted) -> JsonObject:
    return {
        "tenant_id": extracted.tenant_id,
        "document_id": extracted.document_id,
        "generation": extracted.generation,
        "version": extracted.version,
        "batch_id": extracted.batch_id,
        "file_name": extracted.file_name,
        "custom_id": extracted.custom_id,
        "document_type": extracted.document_type,
        "pages": extracted.pages,
        "needs_review": extracted.needs_review,
        "result": extracted.result.model_dump(mode="json") if extracted.result else None,
        "result_key": extracted.result_key,
    }
