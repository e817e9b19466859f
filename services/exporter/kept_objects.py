"""The files of exports, and the rows that name them. Results are named here too, and looked after by the extractor."""

from shared.folders import UUID_SHAPE, Folder, between, clearing

_NAMED = f"""
SELECT export_id AS document_id, f.object_key AS key FROM export_files f JOIN exports e USING (tenant_id, export_id)
WHERE {between("f.tenant_id, f.export_id", "f.object_key")}
  AND e.expires_at > now() AND f.finished_at < now() - $7::interval
ORDER BY f.tenant_id, f.export_id LIMIT $8
"""  # noqa: S608 -- constants
_UNUSED = """
SELECT key FROM unnest($1::text[]) AS key WHERE NOT EXISTS (
  SELECT FROM exports WHERE tenant_id = split_part(key, '/', 2)::uuid AND export_id = split_part(key, '/', 3)::uuid)
"""

FOLDERS = (Folder("exports/", shape=f"exports/{UUID_SHAPE}/{UUID_SHAPE}/", named=_NAMED, clear=clearing(_UNUSED)),)
