"""The public keys of the OIDC issuer: fetched when first needed, kept for a while, fetched anew when a new one signs."""

import asyncio
import time
from collections.abc import Iterable
from typing import Any

import httpx2
import structlog
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from shared.http import ApiError

log = structlog.get_logger()

# By type and curve, so that no key ever verifies under an algorithm it was not made for.
_ALGORITHMS = {("RSA", None): "RS256", ("EC", "P-256"): "ES256"}
_SMALLEST_RSA_KEY = 2048

_FRESH_SECONDS = 600.0
# Tokens that name keys nobody has must not make us ask the issuer all the time.
_PAUSE_SECONDS = 5.0


class IssuerKeys:
    """Keys by their ids. While the issuer is away, those that were fetched before go on to count."""

    def __init__(self, issuer: str, *, http: httpx2.AsyncClient, jwks_url: str | None = None) -> None:
        self._issuer = issuer
        self._http = http
        self._jwks_url = jwks_url
        self._keys: dict[str | None, PyJWK] = {}
        self._fetched = self._asked = float("-inf")
        self._fetching = asyncio.Lock()

    async def key(self, key_id: str | None) -> PyJWK | None:
        """The key of this id; without an id the only key there is. Raises ApiError 503 while there are none at all."""
        if self._due(key_id):
            async with self._fetching:
                if self._due(key_id):
                    await self._fetch()
        if key_id is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(key_id)

    def _due(self, key_id: str | None) -> bool:
        now = time.monotonic()
        stale = now - self._fetched > _FRESH_SECONDS or (key_id is not None and key_id not in self._keys)
        return stale and now - self._asked > _PAUSE_SECONDS

    async def _fetch(self) -> None:
        self._asked = time.monotonic()
        try:
            url = self._jwks_url or await self._discovered()
            found = await self._get(url)
            self._keys = {key.key_id: key for key in _usable(found.get("keys", []))}
            self._fetched = time.monotonic()
            log.info("issuer_keys_fetched", keys=len(self._keys))
        except (httpx2.HTTPError, ValueError) as error:
            log.warning("issuer_away", error=type(error).__name__)
            if not self._keys:
                self._asked = float("-inf")
                raise ApiError(
                    503, "issuer_unavailable", "The issuer of this token is away.", retryable=True
                ) from error

    async def _discovered(self) -> str:
        """Raises ValueError for a document that is of another issuer or names no keys."""
        found = await self._get(self._issuer.rstrip("/") + "/.well-known/openid-configuration")
        if found.get("issuer") != self._issuer or not isinstance(found.get("jwks_uri"), str):
            raise ValueError("the discovery document is not of this issuer")
        return str(found["jwks_uri"])

    async def _get(self, url: str) -> dict[str, Any]:
        answer = (await self._http.get(url)).raise_for_status()
        found = answer.json()
        if not isinstance(found, dict):
            raise ValueError("no JSON object")  # noqa: TRY004 -- as the JSON that does not parse
        return found


def _usable(keys: Iterable[Any]) -> Iterable[PyJWK]:
    """Those that sign, by algorithms we take; others may stand beside them."""
    for data in keys:
        if not isinstance(data, dict) or data.get("use", "sig") != "sig":
            continue
        algorithm = _ALGORITHMS.get((data.get("kty", ""), data.get("crv")))
        if algorithm is None or data.get("alg", algorithm) != algorithm:
            continue
        try:
            key = PyJWK(data, algorithm)
        except PyJWTError:
            continue
        if key.key.key_size >= _SMALLEST_RSA_KEY or algorithm == "ES256":
            yield key
