"""The files of exports, and the rows that name them. Results are named here too, and looked after by the extractor."""

from shared.folders import UUID_SHAPE, Folder, between, clearing

_NAMED = f"""
SELECT export_id AS document_id, object_key AS key FROM export_files f
WHERE {between("tenant_id, export_id", "object_key")} AND finished_at < now() - $7::interval
  AND (SELECT expires_at > now() FROM exports e WHERE e.tenant_id = f.tenant_id AND e.export_id = f.export_id)
ORDER BY tenant_id, export_id LIMIT $8
"""  # noqa: S608 -- constants
_UNUSED = """
SELECT key FROM unnest($1::text[]) AS key WHERE NOT EXISTS (
  SELECT FROM exports WHERE tenant_id = split_part(key, '/', 2)::uuid AND export_id = split_part(key, '/', 3)::uuid)
"""

FOLDERS = (Folder("exports/", shape=f"exports/{UUID_SHAPE}/{UUID_SHAPE}/", named=_NAMED, clear=clearing(_UNUSED)),)
