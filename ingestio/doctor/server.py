"""The running system, as its API says: whether each part of each service works, and whether our token counts."""

from collections import defaultdict
from collections.abc import Mapping

import httpx2

from ingestio.answers import QueueName
from ingestio.doctor.findings import Finding, good, problem, warning

_ADVICE = {
    "storage": "The bucket: see below, or the log of the object storage.",
    "broker": "RabbitMQ: is its disk full or its memory alarm on? Publishing stops then.",
    "database": "PostgreSQL: see below, or its log.",
    "consumer": "It lost its queue: it is started anew after three minutes; its log says why.",
    "loops": "A part of it broke: it is started anew; its log says why.",
}


async def look_at_server(
    address: str, token: str | None, *, transport: httpx2.AsyncBaseTransport | None = None
) -> list[Finding]:
    """Asks `/readyz`, for one batch under the token and, where that is an operator's, for queues that are paused."""
    try:
        async with httpx2.AsyncClient(base_url=address, timeout=20, trust_env=False, transport=transport) as http:
            ready = await http.get("/readyz")
            headers = {"authorization": f"Bearer {token}"} if token else {}
            mine = await http.get("/api/batches", params={"limit": 1}, headers=headers)
            queues = {name: await http.get(f"/api/queues/{name}", headers=headers) for name in QueueName}
    except httpx2.TransportError as error:
        advice = "Start it with `ingestio up`, or set INGESTIO_URL to where it is."
        return [problem("server", f"nobody answers at {address} ({type(error).__name__})", advice)]
    return [*_parts(ready), _token(mine), *_paused(queues)]


def _parts(answer: httpx2.Response) -> list[Finding]:
    try:
        parts: dict[str, bool] = answer.json()
    except ValueError:  # the door of an image has no such page: its readiness is each service's own
        return [good("server", "answers")]
    away: dict[str, list[str]] = defaultdict(list)
    for name, works in parts.items():
        service, _, part = name.partition(".")
        if not works:
            away[part or "service"].append(service)
    return [
        problem(f"server: {part}", f"does not work for {', '.join(services)}", _ADVICE.get(part, "Look at their logs."))
        for part, services in away.items()
    ] or [good("server", f"{len(parts)} parts work")]


def _paused(answers: Mapping[QueueName, httpx2.Response]) -> list[Finding]:
    return [
        warning(f"jobs of {name}", "are paused", f"Let them go on: ingestio queues resume {name}")
        for name, answer in answers.items()
        if answer.is_success and answer.json().get("paused")
    ]


def _token(answer: httpx2.Response) -> Finding:
    if answer.status_code == 401:
        return problem("token", "is not known there", "Set INGESTIO_TOKEN, or make one: ingestio tokens add TENANT")
    if answer.is_error:
        return problem("token", f"the API answers {answer.status_code}", "Look at the logs of ingest and aggregator.")
    return good("token", "counts")
