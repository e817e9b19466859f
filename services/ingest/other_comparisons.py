"""What the other services that keep objects find when they hold them against their own rows: asked for by operators."""

from collections.abc import Mapping

import httpx2

from services.ingest.other_services import OtherServices
from services.ingest.reconciling import Reconciliation
from shared.comparison import Comparison

_KEEPERS = ("classifier", "extractor", "exporter")
# Each reads the list of all its objects; our own client waits for five minutes.
_PATIENCE = httpx2.Timeout(10, read=280)


class OtherComparisons:
    """Asks those at these URLs, by name, that keep objects."""

    def __init__(self, http: httpx2.AsyncClient, urls: Mapping[str, str]) -> None:
        self._others = OtherServices(http, {name: url for name, url in urls.items() if name in _KEEPERS})

    async def add_to(self, found: Reconciliation, *, credential: str) -> None:
        """Who does not answer is named in `unanswered`."""
        answers = await self._others.ask(
            "POST", "/internal/comparison", Comparison.model_validate_json, credential=credential, patience=_PATIENCE
        )
        for service, answer in answers.items():
            if answer is None:
                found.unanswered.append(service)
            else:
                found.add(answer)
