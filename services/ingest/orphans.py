"""Objects that nothing refers to: left behind where a process died between storing a file and queueing its document."""

import asyncio
from datetime import UTC, datetime, timedelta

import structlog

from shared.db import Database, rows
from shared.storage import Storage

log = structlog.get_logger()

_FOLDER = "batches/"

# A key is `batches/tenant/batch/document-name`. What belongs to a batch that is being uploaded is nobody's orphan, and
# whatever looks otherwise is not ours to delete.
_KNOWN = """
WITH told AS (
  SELECT key, split_part(key, '/', 2)::uuid AS tenant_id, split_part(key, '/', 3)::uuid AS batch_id,
    left(split_part(key, '/', 4), 36)::uuid AS document_id
  FROM unnest($1::text[]) AS key WHERE key ~ '^batches/[0-9a-f-]{36}/[0-9a-f-]{36}/[0-9a-f-]{36}-'
)
SELECT key, EXISTS (SELECT FROM documents d WHERE d.tenant_id = t.tenant_id AND d.document_id = t.document_id)
  OR EXISTS (SELECT FROM uploads u WHERE u.tenant_id = t.tenant_id AND u.upload_id = t.document_id)
  OR EXISTS (SELECT FROM batches b WHERE b.tenant_id = t.tenant_id AND b.batch_id = t.batch_id
               AND b.status = 'pending_upload') AS used
FROM told t
"""


async def clear_orphans(db: Database, storage: Storage, *, grace: timedelta) -> tuple[int, int]:
    """Delete the orphans older than `grace`; returns how many, and how many keys there are that nobody can explain.

    `grace` must be longer than a request may take: a file is stored before its document is queued.
    """
    orphans, unknown = 0, 0
    async for page in storage.pages(_FOLDER):
        old = [key for key, changed_at in page if changed_at < datetime.now(UTC) - grace]
        async with db.transaction() as tx:
            known = {row.key: row.used for row in await rows(tx, _KNOWN, old)}
        unused = [key for key, used in known.items() if not used]
        await asyncio.gather(*(storage.delete(key) for key in unused))
        orphans += len(unused)
        unknown += len(old) - len(known)
    if orphans:
        log.warning("orphans_deleted", objects=orphans)
    return orphans, unknown
