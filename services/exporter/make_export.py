"""The job of the exporter: an export asked for becomes a file in object storage."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import func, select

from services.exporter.csv_rows import CsvOptions
from services.exporter.export_file import ExportSummary, write_export
from services.exporter.progress import StoppedError
from services.exporter.readiness import Ready, ready
from services.exporter.spool import spool
from services.exporter.stored import spooled
from services.exporter.tables import export_files, exports
from services.exporter.telling import telling_progress
from shared.db import Database
from shared.errors import DocumentError
from shared.events import ExportCompleted, ExportFailed
from shared.jobs import Job, Outcome
from shared.metrics import EXPORT_ROWS, EXPORTS
from shared.storage import Storage

MEDIA_TYPES = {
    "json": "application/json",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_LONGEST_NAME = 100


async def make_export(
    job: Job, *, db: Database, storage: Storage, scratch_folder: Path, unknown_after: timedelta
) -> Outcome:
    """Wait for the documents, write the file, store it. Raises Throttled, Permanent or Transient."""
    async with db.transaction() as tx:
        wanted = exports.c.cancelled_at.is_(None) & func.isfinite(exports.c.expires_at)
        export = (await tx.execute(select(exports).where(exports.c.export_id == job.subject, wanted))).one_or_none()
        if export is None:
            return Outcome(job, "done")
        about = await ready(tx, export, unknown_after=unknown_after)
    try:
        file, summary = await _write(export, about, db=db, storage=storage, scratch_folder=scratch_folder)
    except StoppedError:
        return Outcome(job, "done")
    EXPORTS.labels(export.format).inc()
    EXPORT_ROWS.labels(export.format).inc(summary.rows)
    return Outcome(job, "done", events=[_completed(job, export, summary)], rows=[(export_files, file)])


async def _write(
    export: Any, about: Ready, *, db: Database, storage: Storage, scratch_folder: Path
) -> tuple[dict[str, Any], ExportSummary]:
    """The file in object storage, and what it holds. Raises StoppedError when the export is not wanted any more."""
    with TemporaryDirectory(prefix="export-", dir=scratch_folder) as scratch:
        lines, target = Path(scratch, "documents.jsonl"), Path(scratch, "export")
        async with telling_progress(export, about, db) as progress:
            await spool(export, lines, db=db, storage=storage, progress=progress)
            writing = asyncio.to_thread(
                write_export,
                partial(spooled, lines),
                format=export.format,
                layout=export.layout,
                path=export.path,
                extras=export.include,
                csv=CsvOptions(**export.csv),
                target=target,
                progress=progress,
            )
            summary = await progress.to_the_end(writing)
            file = _file(export, about, summary, target)
            progress.phase = "storing"
            storing = storage.put_file(
                file["object_key"], target, media_type=file["media_type"], before_each_part=progress.look
            )
            await progress.to_the_end(storing)
    return file, summary


def failed_event(job: Job, error: DocumentError) -> ExportFailed:
    """What is told when an export could not be made. Of a selection the `batchid` is the export's own id."""
    return ExportFailed(
        tenant_id=job.tenant_id,
        batch_id=job.batch_id,
        generation=job.generation,
        export_id=job.subject,
        error=error,
    )


def file_name(about: Ready, summary: ExportSummary, *, format_: str) -> str:
    """The batch's name, safe on any file system; an export of a running batch says how much of it is there."""
    name = re.sub(r"[^\w .()&+-]+", "_", about.name).strip(" ._")[:_LONGEST_NAME] or "export"
    part = "" if summary.documents == about.total else f" ({summary.documents} of {about.total})"
    return f"{name}{part}.{format_}"


def _file(export: Any, about: Ready, summary: ExportSummary, target: Path) -> dict[str, Any]:
    name = file_name(about, summary, format_=export.format)
    return {
        "tenant_id": export.tenant_id,
        "export_id": export.export_id,
        "object_key": f"exports/{export.tenant_id}/{export.export_id}/{name}",
        "file_name": name,
        "media_type": MEDIA_TYPES[export.format],
        "size": target.stat().st_size,
        "rows": summary.rows,
        "documents": summary.documents,
        "total_documents": about.total,
        "notes": list(summary.notes),
        "finished_at": datetime.now(UTC),
    }


def _completed(job: Job, export: Any, summary: ExportSummary) -> ExportCompleted:
    return ExportCompleted(
        tenant_id=job.tenant_id,
        batch_id=job.batch_id,
        generation=job.generation,
        export_id=job.subject,
        format=export.format,
        layout=export.layout,
        rows=summary.rows,
    )
