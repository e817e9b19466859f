"""What the other services that keep objects find when they hold them against their own rows: asked for by operators."""

import asyncio
from collections.abc import Mapping

import httpx2
import structlog

from services.ingest.reconciling import Reconciliation
from shared.comparison import Comparison

log = structlog.get_logger()

_KEEPERS = ("classifier", "extractor", "exporter")
_PATIENCE = httpx2.Timeout(
    10, read=280
)  # each reads the list of all its objects; our own client waits for five minutes


class OtherComparisons:
    """Asks the services at these URLs, by name, under the caller's own token."""

    def __init__(self, http: httpx2.AsyncClient, urls: Mapping[str, str]) -> None:
        self._http = http
        self._urls = {name: url for name, url in urls.items() if name in _KEEPERS}

    async def add_to(self, found: Reconciliation, *, credential: str) -> None:
        """Who does not answer, or as a release that cannot compare yet, is named in `unanswered`."""
        answers = await asyncio.gather(*(self._ask(service, credential) for service in self._urls))
        for service, answer in zip(self._urls, answers, strict=True):
            if answer is None:
                found.unanswered.append(service)
            else:
                found.add(answer)

    async def _ask(self, service: str, credential: str) -> Comparison | None:
        try:
            answer = await self._http.post(
                f"{self._urls[service]}/internal/comparison/{service}",
                headers={"authorization": f"Bearer {credential}"},
                timeout=_PATIENCE,
            )
            return Comparison.model_validate_json(answer.raise_for_status().content)
        except (httpx2.HTTPError, ValueError) as error:
            log.warning("comparison_missing", service=service, error=type(error).__name__)
            return None
