"""What the files of a batch become: events for the others, rows of ours, and the keys of their objects."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from services.ingest.batch_form import BatchForm
from services.ingest.candidates import Candidate
from services.ingest.file_names import object_name
from services.ingest.form import ReceivedFile
from services.ingest.instructions import Instructions
from shared.auth import Identity
from shared.events import BatchCreated, BatchFile, DocumentFailed, DocumentUploaded

_TEXT_LAYER_VERSION = "text-1"


def batch_created(batch_id: UUID, caller: Identity, wish: BatchForm, candidates: Sequence[Candidate]) -> BatchCreated:
    return BatchCreated(
        tenant_id=caller.tenant_id,
        batch_id=batch_id,
        name=wish.name or default_name([candidate.file for candidate in candidates]),
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
                pages=candidate.inspection.pages if candidate.inspection else 0,
                custom_id=wish.custom_id_for(candidate.file, candidate.position),
                refused=candidate.error.category if candidate.error else None,
            )
            for candidate in candidates
        ),
        metadata=wish.metadata,
        export=wish.export,
    )


def told_of(
    caller: Identity, batch_id: UUID, wish: BatchForm, candidate: Candidate, created: BatchCreated
) -> DocumentUploaded | DocumentFailed:
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
        object_key=object_key(caller, batch_id, candidate),
        text_key=text_key(caller, candidate),
        strategy=wish.strategy,
        priority=wish.priority,
        prompt=wish.prompt_for(file, candidate.position),
        json_schema=wish.json_schema,
        custom_id=wish.custom_id_for(file, candidate.position),
    )


def document_row(caller: Identity, batch_id: UUID, wish: BatchForm, candidate: Candidate) -> dict[str, object]:
    file, inspection = candidate.file, candidate.inspection
    return {
        "tenant_id": caller.tenant_id,
        "document_id": candidate.document_id,
        "batch_id": batch_id,
        "position": candidate.position,
        "file_name": file.name,
        "media_type": inspection.media_type if inspection else None,
        "size": file.size,
        "sha256": file.sha256,
        "pages": inspection.pages if inspection else 0,
        "object_key": object_key(caller, batch_id, candidate) if inspection else None,
        "text_key": text_key(caller, candidate) if inspection else None,
        "instructions": instructions_for(wish, candidate).key if inspection else None,
        "custom_id": wish.custom_id_for(file, candidate.position),
        "status": "uploaded" if inspection else "failed",
        "error": candidate.error.model_dump(mode="json") if candidate.error else None,
    }


def instructions_for(wish: BatchForm, candidate: Candidate) -> Instructions:
    prompt = wish.prompt_for(candidate.file, candidate.position)
    return Instructions(strategy=wish.strategy, prompt=prompt, json_schema=wish.json_schema)


def object_key(caller: Identity, batch_id: UUID, candidate: Candidate) -> str:
    return f"batches/{caller.tenant_id}/{batch_id}/{candidate.document_id}-{object_name(candidate.file.name)}"


def text_key(caller: Identity, candidate: Candidate) -> str:
    return f"pages/{caller.tenant_id}/{candidate.file.sha256}/{_TEXT_LAYER_VERSION}.json.gz"


def default_name(files: Sequence[ReceivedFile]) -> str:
    day = datetime.now(UTC).strftime("%Y-%m-%d %H:%M")
    return files[0].name if len(files) == 1 else f"{len(files)} files, {day}"
