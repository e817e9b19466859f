"""Asks the other services for what ingest shows of all, under the caller's own token."""

import asyncio
from collections.abc import Callable, Mapping
from typing import TypeVar

import httpx2
import structlog

log = structlog.get_logger()

T = TypeVar("T")


class OtherServices:
    """The services at these URLs, by name."""

    def __init__(self, http: httpx2.AsyncClient, urls: Mapping[str, str]) -> None:
        self._http = http
        self._urls = urls

    async def ask(
        self,
        method: str,
        path: str,
        read: Callable[[bytes], T],
        *,
        credential: str,
        patience: httpx2.Timeout,
        params: Mapping[str, str] | None = None,
    ) -> dict[str, T | None]:
        """What each says at `path`/its name; None for who does not answer, or as a release that knows of no such thing yet."""

        async def one(service: str) -> T | None:
            url = f"{self._urls[service]}{path}/{service}"
            headers = {"authorization": f"Bearer {credential}"}
            try:
                answer = await self._http.request(method, url, params=params, headers=headers, timeout=patience)
                return read(answer.raise_for_status().content)
            except (httpx2.HTTPError, ValueError) as error:
                log.warning("answer_missing", service=service, path=path, error=type(error).__name__)
                return None

        answers = await asyncio.gather(*map(one, self._urls))
        return dict(zip(self._urls, answers, strict=True))
