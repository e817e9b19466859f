"""One job: document.uploaded in, document.classified out."""

from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from services.classifier.document_types import built_in
from services.classifier.model import classify_by_model
from services.classifier.ocr import ENGINE_VERSION, fill_pages
from services.classifier.rules import Classification, classify
from services.classifier.strategies import choose
from services.classifier.tables import classifications
from shared.chat import Client, Dialect
from shared.errors import Category, DocumentError, Permanent, Refused, Transient
from shared.events import DocumentClassified, DocumentFailed, DocumentUploaded, decode
from shared.jobs import Job, Outcome
from shared.pages import Pages
from shared.sandbox import Sandbox
from shared.storage import ObjectMissingError, Storage

log = structlog.get_logger()


class Model:
    """A model that is asked when the rules are unsure."""

    def __init__(self, client: Client, name: str) -> None:
        self.client = client
        self.name = name
        self.dialect = Dialect()


async def classify_document(
    job: Job, *, storage: Storage, sandbox: Sandbox, model: Model | None, certain_from: float
) -> Outcome:
    """Raises Permanent for a file that is gone or a missing prompt, Transient while the storage is away."""
    document = _uploaded(job)
    # First what needs no pages: a document without the prompt it needs fails before any OCR is spent on it.
    choose(
        document.strategy, prompt=document.prompt, json_schema=document.json_schema, document_type=built_in()["other"]
    )

    pages, pages_key = await _read_pages(document, storage=storage, sandbox=sandbox)
    found = await _find_type(pages, model=model, certain_from=certain_from)
    certain = found.confidence >= certain_from
    document_type = built_in()[found.document_type if certain else "other"]
    instructions = choose(
        document.strategy, prompt=document.prompt, json_schema=document.json_schema, document_type=document_type
    )
    log.info("document_classified", document_type=document_type.code, confidence=round(found.confidence, 3))
    classified = DocumentClassified.caused_by(
        document,
        document_id=document.document_id,
        file_name=document.file_name,
        media_type=document.media_type,
        sha256=document.sha256,
        pages=document.pages,
        object_key=document.object_key,
        pages_key=pages_key,
        document_type=document_type.code,
        type_confidence=found.confidence,
        type_reason=found.reason,
        needs_review=not certain,
        priority=job.priority.moved_by(document_type.priority),
        share=document.share,
        prompt=instructions.prompt,
        prompt_source=instructions.prompt_source,
        json_schema=instructions.json_schema,
        schema_source=instructions.schema_source,
        custom_id=document.custom_id,
    )
    return Outcome(job, "done", events=[classified], rows=[(classifications, _row(classified))])


def failed_event(job: Job, error: DocumentError) -> DocumentFailed:
    """What the others hear of a job that failed for good."""
    document = _uploaded(job)
    return DocumentFailed.caused_by(
        document, document_id=document.document_id, file_name=document.file_name, error=error
    )


async def _read_pages(document: DocumentUploaded, *, storage: Storage, sandbox: Sandbox) -> tuple[Pages, str]:
    """The text layer where every page has one; else with OCR, stored once per content and engine."""
    try:
        layer = Pages.from_bytes(await storage.get(document.text_key))
        if not layer.needs_ocr:
            return layer, document.text_key
        key = f"pages/{document.tenant_id}/{document.sha256}/{ENGINE_VERSION}.json.gz"
        try:
            return Pages.from_bytes(await storage.get(key)), key
        except ObjectMissingError:
            pages = await _ocr(document, layer, storage=storage, sandbox=sandbox)
        await storage.put(key, pages.to_bytes(), media_type="application/gzip")
    except ObjectMissingError as error:
        raise Permanent(Category.INTERNAL, "The stored file is gone.") from error
    except OSError as error:
        raise Transient(Category.INTERNAL, "The object storage did not answer.") from error
    return pages, key


async def _ocr(document: DocumentUploaded, layer: Pages, *, storage: Storage, sandbox: Sandbox) -> Pages:
    with TemporaryDirectory(prefix="ingestio-ocr-") as folder:
        path = Path(folder) / "file"
        await storage.get_file(document.object_key, path)
        return await fill_pages(layer, path, media_type=document.media_type, sandbox=sandbox)


async def _find_type(pages: Pages, *, model: Model | None, certain_from: float) -> Classification:
    """Local rules first; a model when they are unsure and one is configured, whose useless answer changes nothing."""
    found = classify(pages)
    if found.confidence >= certain_from or model is None:
        return found
    try:
        return await classify_by_model(pages, client=model.client, model=model.name, dialect=model.dialect)
    except (Permanent, Refused) as problem:
        log.warning("model_did_not_classify", category=problem.category)
        return found


def _uploaded(job: Job) -> DocumentUploaded:
    event = decode(job.event)
    assert isinstance(event, DocumentUploaded)
    return event


def _row(classified: DocumentClassified) -> dict[str, object]:
    return {
        "tenant_id": classified.tenant_id,
        "document_id": classified.document_id,
        "generation": classified.generation,
        "batch_id": classified.batch_id,
        "document_type": classified.document_type,
        "confidence": classified.type_confidence,
        "reason": classified.type_reason,
        "needs_review": classified.needs_review,
        "pages_key": classified.pages_key,
    }
