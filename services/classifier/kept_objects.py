"""Pages that were read by OCR, and the rows that name them.

Text layers are ingest's, and so is clearing: it knows which contents there are. What is gone with its text layer, ingest tells.
"""

from shared.folders import UUID_SHAPE, Folder, between

# `classifications_read` is an index on this.
_NAMED = f"""
SELECT DISTINCT ON (pages_key COLLATE "C") document_id, pages_key AS key FROM classifications
WHERE {between("tenant_id, split_part(pages_key, '/', 3)", "pages_key", group="text")}
  AND pages_key NOT LIKE '%/text-_.json.gz' AND created_at < now() - $7::interval
ORDER BY pages_key COLLATE "C" LIMIT $8
"""  # noqa: S608 -- constants

FOLDERS = (Folder("pages/", shape=f"pages/{UUID_SHAPE}/[0-9a-f]{{64}}/", named=_NAMED, beside=True),)
