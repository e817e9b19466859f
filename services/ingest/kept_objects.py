"""The files, beginnings of uploads and text layers that ingest keeps, and the rows that name them.

What belongs to a batch that is being uploaded is nobody's orphan, and whatever does not look like ours is not ours to delete.
"""

from services.ingest.contents import clear_pages
from shared.folders import UUID_SHAPE, Folder, between, clearing

# No join: without statistics, as after a restore, the planner would begin with the batches.
_ALIVE = """d.deleted_at IS NULL AND (
  SELECT b.deleted_at IS NULL AND b.created_at < now() - $7::interval FROM batches b
  WHERE b.tenant_id = d.tenant_id AND b.batch_id = d.batch_id)"""
_FILES = f"""
SELECT d.document_id, d.object_key AS key FROM documents d
WHERE {between("d.tenant_id, d.batch_id", "d.object_key")} AND {_ALIVE}
ORDER BY d.tenant_id, d.batch_id, d.object_key COLLATE "C" LIMIT $8
"""  # noqa: S608 -- constants
_LAYERS = f"""
SELECT DISTINCT ON (d.tenant_id, d.sha256, d.text_key COLLATE "C") d.document_id, d.text_key AS key FROM documents d
WHERE {between("d.tenant_id, d.sha256", "d.text_key", group="text")} AND {_ALIVE}
ORDER BY d.tenant_id, d.sha256, d.text_key COLLATE "C" LIMIT $8
"""  # noqa: S608 -- constants
_UNUSED_FILES = """
SELECT key FROM (
  SELECT key, split_part(key, '/', 2)::uuid AS tenant_id, split_part(key, '/', 3)::uuid AS batch_id,
    left(split_part(key, '/', 4), 36)::uuid AS document_id
  FROM unnest($1::text[]) AS key
) AS k
WHERE NOT EXISTS (SELECT FROM documents d WHERE d.tenant_id = k.tenant_id AND d.document_id = k.document_id)
  AND NOT EXISTS (SELECT FROM uploads u WHERE u.tenant_id = k.tenant_id AND u.upload_id = k.document_id)
  AND NOT EXISTS (SELECT FROM batches b WHERE b.tenant_id = k.tenant_id AND b.batch_id = k.batch_id
                    AND b.status = 'pending_upload')
"""
_UNUSED_BEGINNINGS = """
SELECT key FROM unnest($1::text[]) AS key WHERE NOT EXISTS (
  SELECT FROM uploads WHERE tenant_id = split_part(key, '/', 2)::uuid AND upload_id = split_part(key, '/', 3)::uuid)
"""

FILES = Folder(
    "batches/",
    shape=f"batches/{UUID_SHAPE}/{UUID_SHAPE}/{UUID_SHAPE}-",
    named=_FILES,
    clear=clearing(_UNUSED_FILES),
)
BEGINNINGS = Folder("uploads/", shape=f"uploads/{UUID_SHAPE}/{UUID_SHAPE}/", clear=clearing(_UNUSED_BEGINNINGS))
PAGES = Folder("pages/", shape=f"pages/{UUID_SHAPE}/[0-9a-f]{{64}}/", named=_LAYERS, clear=clear_pages)
FOLDERS = (FILES, BEGINNINGS, PAGES)
