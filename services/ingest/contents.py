"""The pages of a file are kept by its content: they go with the last document that has it, and not under one that is about to.

Who erases holds the tenant's lock from the look to the deletion; who will store takes it once, in the transaction that makes
the batch known as one that is being submitted. So the one sees the other, or comes after it.
"""

from collections.abc import Sequence
from uuid import UUID

from shared.db import Database, Transaction, rows, run_sql
from shared.storage import Storage

_IS_USED = """
SELECT 1 FROM documents o WHERE o.tenant_id = $1 AND o.sha256 = $2 AND $3 NOT IN (o.document_id, o.batch_id) AND o.erased_at IS NULL
UNION ALL
SELECT 1 FROM batches p WHERE p.tenant_id = $1 AND p.status = 'pending_upload' AND (p.wish IS NULL OR p.held_until > now())
LIMIT 1
"""
_UNUSED = """
SELECT DISTINCT tenant_id, sha256 FROM (
  SELECT split_part(key, '/', 2)::uuid AS tenant_id, split_part(key, '/', 3) AS sha256 FROM unnest($1::text[]) AS key
) AS k
WHERE NOT EXISTS (SELECT FROM documents d WHERE d.tenant_id = k.tenant_id AND d.sha256 = k.sha256 AND d.erased_at IS NULL)
"""
_NOBODY = UUID(int=0)
_LOCK = "hashtextextended('pages of ' || $1::uuid::text, 0)"


async def erase_pages(db: Database, storage: Storage, *, tenant_id: UUID, sha256: str, of: UUID) -> int:
    """Erase the pages of this content, unless another than the batch or document `of` has it; returns how many objects.

    Raises OSError.
    """
    async with db.transaction() as tx:
        await run_sql(tx, f"SELECT pg_advisory_xact_lock({_LOCK})", tenant_id)
        if await rows(tx, _IS_USED, tenant_id, sha256, of):
            return 0
        return await storage.delete_prefix(f"pages/{tenant_id}/{sha256}/")


async def clear_pages(db: Database, storage: Storage, keys: Sequence[str]) -> int:
    """Erase the pages of those contents among these keys that nobody has; returns how many objects. Raises OSError."""
    async with db.transaction() as tx:
        unused = await rows(tx, _UNUSED, keys)
    erased = [await erase_pages(db, storage, tenant_id=row.tenant_id, sha256=row.sha256, of=_NOBODY) for row in unused]
    return sum(erased)


async def before_storing(tx: Transaction, tenant_id: UUID) -> None:
    """Wait for an erasure that is under way; later ones see what this transaction writes. Milliseconds."""
    await run_sql(tx, f"SELECT pg_advisory_xact_lock_shared({_LOCK})", tenant_id)
