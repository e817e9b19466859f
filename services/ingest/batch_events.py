"""What a judged batch becomes: its rows, and the events that tell the others."""

from collections.abc import Sequence
from uuid import UUID

from services.ingest.batch_form import BatchForm
from services.ingest.candidates import Candidate
from services.ingest.file_names import object_name
from services.ingest.instructions import Instructions
from shared.auth import Identity
from shared.events import BatchCreated, BatchFile, DocumentFailed, DocumentUploaded

_TEXT_LAYER_VERSION = "text-1"


def batch_created(
    batch_id: UUID, caller: Identity, *, name: str, wish: BatchForm, candidates: Sequence[Candidate]
) -> BatchCreated:
    return BatchCreated(
        tenant_id=caller.tenant_id,
        batch_id=batch_id,
        name=name,
        description=wish.description,
        strategy=wish.strategy,
        priority=wish.priority,
        created_by=caller.user,
        files=tuple(
            BatchFile(
                document_id=candidate.document_id,
                position=candidate.position,
                file_name=candidate.file.name,
                size=candidate.file.size,
                media_type=candidate.inspection.media_type if candidate.inspection else None,
                pages=candidate.pages,
                custom_id=wish.custom_id_for(candidate.file, candidate.position),
                refused=candidate.error.category if candidate.error else None,
            )
            for candidate in candidates
        ),
        metadata=wish.metadata,
        export=wish.export,
    )


def told_of(candidate: Candidate, *, wish: BatchForm, created: BatchCreated) -> DocumentUploaded | DocumentFailed:
    """What the others hear of one file."""
    file, inspection = candidate.file, candidate.inspection
    if inspection is None:
        assert candidate.error
        return DocumentFailed.caused_by(
            created, document_id=candidate.document_id, file_name=file.name, error=candidate.error
        )
    return DocumentUploaded.caused_by(
        created,
        document_id=candidate.document_id,
        file_name=file.name,
        media_type=inspection.media_type,
        size=file.size,
        sha256=file.sha256,
        pages=inspection.pages,
        object_key=object_key(created.tenant_id, created.batch_id, candidate.document_id, file.name),
        text_key=text_key(created.tenant_id, file.sha256),
        strategy=wish.strategy,
        priority=wish.priority,
        prompt=wish.prompt_for(file, candidate.position),
        json_schema=wish.json_schema,
        custom_id=wish.custom_id_for(file, candidate.position),
    )


def document_row(candidate: Candidate, *, wish: BatchForm, created: BatchCreated) -> dict[str, object]:
    """Its row in `documents`: uploaded, or failed where it was refused."""
    file, inspection = candidate.file, candidate.inspection
    key = object_key(created.tenant_id, created.batch_id, candidate.document_id, file.name)
    return {
        "tenant_id": created.tenant_id,
        "document_id": candidate.document_id,
        "batch_id": created.batch_id,
        "position": candidate.position,
        "file_name": file.name,
        "media_type": inspection.media_type if inspection else None,
        "size": file.size,
        "sha256": file.sha256,
        "pages": candidate.pages,
        "object_key": key if inspection else None,
        "text_key": text_key(created.tenant_id, file.sha256) if inspection else None,
        "instructions": _instructions(wish, candidate).key if inspection else None,
        "custom_id": wish.custom_id_for(file, candidate.position),
        "status": "uploaded" if inspection else "failed",
        "error": candidate.error.model_dump(mode="json") if candidate.error else None,
    }


def _instructions(wish: BatchForm, candidate: Candidate) -> Instructions:
    prompt = wish.prompt_for(candidate.file, candidate.position)
    return Instructions(strategy=wish.strategy, prompt=prompt, json_schema=wish.json_schema)


def object_key(tenant_id: UUID, batch_id: UUID, document_id: UUID, file_name: str) -> str:
    """Where the file is."""
    return f"batches/{tenant_id}/{batch_id}/{document_id}-{object_name(file_name)}"


def text_key(tenant_id: UUID, sha256: str) -> str:
    """Where the text layer of these bytes is."""
    return f"pages/{tenant_id}/{sha256}/{_TEXT_LAYER_VERSION}.json.gz"
