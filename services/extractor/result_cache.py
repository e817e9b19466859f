"""The same question about the same bytes: a tenant's stored results answer it without another model call."""

import orjson

from services.extractor.memory import fingerprint
from services.extractor.prompts import prompt_version
from shared.db import Database, rows
from shared.events import DocumentClassified
from shared.metrics import RESULT_CACHE
from shared.results import Result, Usage
from shared.storage import ObjectMissingError, Storage

READER = 2  # rises whenever the same answers of a model give another result

_FIND = """
SELECT result, result_key FROM extractions WHERE tenant_id = $1 AND cache_key = $2 AND version = 1
ORDER BY created_at DESC LIMIT 1
"""


class ResultCache:
    """Looks among the stored results themselves: what is deleted is no longer found, and nothing needs warming up."""

    def __init__(self, db: Database, storage: Storage, *, model: str) -> None:
        self._db = db
        self._storage = storage
        self._model = model

    def key(self, document: DocumentClassified) -> str:
        """Everything that the result depends on; the tenant stands beside it in the table."""
        return fingerprint(
            document.sha256,
            document.pages_key.rsplit("/", 1)[-1],  # how the words were read
            document.document_type,
            prompt_version(document.prompt, document.json_schema),
            document.prompt_source == "type",
            document.schema_source == "type",
            self._model,
            READER,
        )

    async def find(self, document: DocumentClassified) -> Result | None:
        """A stored result, told as `cached` and with nothing used. A stored one that is gone from storage is a miss."""
        async with self._db.transaction() as tx:
            found = await rows(tx, _FIND, document.tenant_id, self.key(document))
        result = await self._read(found[0]) if found else None
        RESULT_CACHE.labels("hit" if result else "miss").inc()
        return result.model_copy(update={"cached": True, "usage": Usage()}) if result else None

    async def _read(self, row: object) -> Result | None:
        values, key = row.result, row.result_key  # type: ignore[attr-defined]  # a row's columns are attributes
        try:
            return Result.model_validate(values if key is None else orjson.loads(await self._storage.get(key)))
        except ObjectMissingError:
            return None
