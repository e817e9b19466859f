"""Seals what must not be readable in the database or its backups: AES-256-GCM under a key that the environment holds.

The first of the keys seals, every one of them opens: a new key is put first, and the old one goes when all is sealed anew.
"""

import base64
import hashlib
import os
from collections.abc import Sequence
from functools import partial

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.db import Database, rows, run_sql
from shared.maintenance import repeat

_MARK = "sealed:"
_NONCE_BYTES = 12
_EVERY_SECONDS = 3600

_STORE = "UPDATE webhooks SET secret = $3, previous_secret = $4 WHERE tenant_id = $1 AND webhook_id = $2"


class SealBrokenError(Exception):
    """None of the keys opens it: the key it was sealed with is gone."""


class Seal:
    """Without a key nothing is sealed, and what is not sealed is read as it is."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = [AESGCM(hashlib.sha256(key.encode()).digest()) for key in keys]

    def close(self, text: str) -> str:
        if not self._keys:
            return text
        nonce = os.urandom(_NONCE_BYTES)
        return _MARK + base64.b64encode(nonce + self._keys[0].encrypt(nonce, text.encode(), None)).decode()

    def is_current(self, text: str) -> bool:
        """Whether it would be sealed like this now."""
        return not self._keys or (text.startswith(_MARK) and self._opened(self._keys[0], text) is not None)

    def open(self, text: str) -> str:
        """Raises SealBrokenError."""
        if not text.startswith(_MARK):
            return text
        opened = next(filter(None, (self._opened(key, text) for key in self._keys)), None)
        if opened is None:
            raise SealBrokenError("Sealed with a key that is not among INGESTIO_SEALING_KEYS.")
        return opened

    @staticmethod
    def _opened(key: AESGCM, text: str) -> str | None:
        sealed = base64.b64decode(text.removeprefix(_MARK))
        try:
            return key.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None).decode()
        except InvalidTag:
            return None


async def keep_sealed(db: Database, seal: Seal) -> None:
    """Every hour, until cancelled: seal what was stored before there was a key, or under a key that is no longer the first."""
    await repeat(
        "seal_secrets", partial(seal_all, db, seal), seconds=_EVERY_SECONDS, at_once=True, endures=(SealBrokenError,)
    )


async def seal_all(db: Database, seal: Seal) -> None:
    """Raises SealBrokenError when one of them was sealed with a key that is gone."""
    async with db.transaction() as tx:
        for row in await rows(tx, "SELECT tenant_id, webhook_id, secret, previous_secret FROM webhooks FOR UPDATE"):
            kept = (row.secret, row.previous_secret)
            anew = tuple(
                text if text is None or seal.is_current(text) else seal.close(seal.open(text)) for text in kept
            )
            if anew != kept:
                await run_sql(tx, _STORE, row.tenant_id, row.webhook_id, *anew)
