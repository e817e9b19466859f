"""Results that are too large for a row, and the rows that name them. What the extractor knows of, by job or result, is kept."""

from shared.folders import UUID_SHAPE, Folder, between, clearing

_NAMED = f"""
SELECT document_id, result_key AS key FROM extractions
WHERE {between("tenant_id, batch_id", "result_key")} AND created_at < now() - $7::interval
ORDER BY tenant_id, batch_id, result_key COLLATE "C" LIMIT $8
"""  # noqa: S608 -- constants
_UNUSED = """
SELECT key FROM (
  SELECT key, split_part(key, '/', 2)::uuid AS tenant_id, split_part(key, '/', 4)::uuid AS document_id FROM unnest($1::text[]) AS key
) AS k
WHERE NOT EXISTS (SELECT FROM extractions e WHERE e.tenant_id = k.tenant_id AND e.document_id = k.document_id)
  AND NOT EXISTS (SELECT FROM jobs j WHERE j.subject = k.document_id)
"""

FOLDERS = (
    Folder(
        "results/",
        shape=f"results/{UUID_SHAPE}/{UUID_SHAPE}/{UUID_SHAPE}/",
        named=_NAMED,
        clear=clearing(_UNUSED),
    ),
)
