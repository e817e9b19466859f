"""Clients: they hand in batches, look, cancel, retry and delete, and ask again where no answer came."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from inspect import signature
from itertools import accumulate, repeat
from typing import Any
from uuid import UUID

import httpx2
from fastapi import Request, Response

from services.aggregator.filters import BatchDocumentFilter
from shared.auth import Identity
from shared.http import ApiError
from tests.faults.simulation.history import History, Submission
from tests.faults.simulation.outside import a_file
from tests.faults.simulation.processes import Process
from tests.faults.simulation.stand_ins import endpoints
from tests.faults.simulation.world import World

ENDED = {"completed", "partially_completed", "failed", "cancelled"}
_PATIENCE = 30
_BOUNDARY = b"simulated"


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    body: Any


@dataclass(frozen=True)
class Client:
    """A tenant's program."""

    tenant_id: UUID
    world: World
    history: History

    @property
    def identity(self) -> Identity:
        return Identity(tenant_id=self.tenant_id, user="ada", role="admin")

    async def submit(self, submission: Submission, *, files: Sequence[bytes]) -> None:
        """Ask with one idempotency key until there is an answer for good, or nobody has patience any more."""
        self.history.submissions.append(submission)
        fields = {"name": submission.name, "strategy": "global", "prompt": "Read it."}
        if submission.wants_export:
            fields["export"] = json.dumps({"format": "json"})
        body = _form(fields, files)
        for _ in range(_PATIENCE):
            submission.asked += 1
            request = _request("POST", body)
            answer = await self.ask(
                "ingest", "POST", "/api/batches", request=request, idempotency_key=submission.name, dry_run=False
            )
            submission.told.append(answer.status if answer else 0)
            if answer and answer.status in {202, 422} and "files" in answer.body:
                submission.answer = answer.body
                return
            if answer and answer.status == 402:
                return
            await asyncio.sleep(self.world.plan.dice.uniform(0.5, 4))

    async def look(self, submission: Submission) -> str | None:
        """The batch's status, as the aggregator tells it; None where it does not answer or does not know."""
        answer = await self.ask(
            "aggregator", "GET", "/api/batches/{batch_id}", request=_request("GET"), batch_id=submission.batch_id
        )
        if answer is None or answer.status != 200:
            return None
        submission.seen.append((answer.body["generation"], answer.body["status"]))
        return str(answer.body["status"])

    async def wait_for_end(self, submission: Submission) -> str | None:
        for pause in accumulate(repeat(2, _PATIENCE)):
            if (status := await self.look(submission)) in ENDED:
                return status
            await asyncio.sleep(pause)
        return None

    async def cancel(self, submission: Submission) -> None:
        answer = await self._insist("POST", "/api/batches/{batch_id}/cancel", batch_id=submission.batch_id)
        submission.cancelled = bool(answer and answer.status == 200)

    async def retry(self, submission: Submission) -> None:
        answer = await self._insist("POST", "/api/batches/{batch_id}/retry", batch_id=submission.batch_id)
        if answer and answer.status == 200:
            submission.retried.append(answer.body)

    async def delete(self, submission: Submission) -> None:
        answer = await self._insist("DELETE", "/api/batches/{batch_id}", batch_id=submission.batch_id)
        if answer and answer.status in {200, 404}:
            submission.deleted_at = self.world.loop.time()

    async def peek(self, submission: Submission) -> None:
        """Look at somebody else's batch."""
        for service, path in (
            ("aggregator", "/api/batches/{batch_id}"),
            ("aggregator", "/api/batches/{batch_id}/documents"),
        ):
            further = {"query": BatchDocumentFilter()} if path.endswith("documents") else {}
            answer = await self.ask(
                service, "GET", path, request=_request("GET"), batch_id=submission.batch_id, **further
            )
            if answer and answer.status == 200:
                self.history.foreign.append(f"{path} of {submission.name}")

    async def _insist(self, method: str, path: str, **parameters: Any) -> Answer | None:
        for _ in range(_PATIENCE):
            answer = await self.ask("ingest", method, path, **parameters)
            if answer and answer.status < 500:
                return answer
            await asyncio.sleep(self.world.plan.dice.uniform(0.5, 3))
        return None

    async def ask(self, service: str, method: str, path: str, **parameters: Any) -> Answer | None:
        """One request to one process of a service. None when no answer came."""
        alive = self.world.alive(service)
        if not alive:
            return None
        process: Process = self.world.plan.choice(alive)
        assert process.service
        endpoint = endpoints(process.service.routers)[method, path]
        given = {"caller": self.identity, "credential": "simulated"} | parameters
        wanted = signature(endpoint).parameters
        working = process.spawn(endpoint(**{name: value for name, value in given.items() if name in wanted}))
        await asyncio.wait([working])
        if working.cancelled():
            return None
        return _answer(working)


def _answer(working: "asyncio.Task[Any]") -> Answer:
    """What FastAPI would send; an error that nobody expected is a 500."""
    error = working.exception()
    if isinstance(error, ApiError):
        return Answer(error.status, {"code": error.code})
    if error is not None:
        return Answer(500, {"error": repr(error)})
    result = working.result()
    if isinstance(result, Response):
        return Answer(result.status_code, json.loads(bytes(result.body)))
    return Answer(200, result.model_dump(mode="json") if result is not None else None)


def _request(method: str, body: bytes = b"") -> Request:
    headers = {b"authorization": b"Bearer x", b"content-type": b"multipart/form-data; boundary=" + _BOUNDARY}
    told = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> dict[str, Any]:
        return next(told)

    return Request({"type": "http", "method": method, "headers": list(headers.items())}, receive)


def _form(fields: Mapping[str, str], files: Sequence[bytes]) -> bytes:
    request = httpx2.Request(
        "POST",
        "http://simulated/",
        data=dict(fields),
        files=[("files", (f"{number}.pdf", content)) for number, content in enumerate(files)],
        headers={"content-type": f"multipart/form-data; boundary={_BOUNDARY.decode()}"},
    )
    return request.read()


def make_files(pages: Sequence[int], *, first: int) -> list[bytes]:
    return [a_file(count, first + number) for number, count in enumerate(pages)]
