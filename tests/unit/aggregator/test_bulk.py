"""How bulk steering asks ingest: in parts, of which only the first takes a turn."""

from uuid import uuid4

import httpx2
import orjson
import pytest

from services.aggregator.bulk import BulkOfDocuments, BulkSteering
from shared.auth import Identity
from shared.db import Database
from shared.http import ApiError

CALLER = Identity(tenant_id=uuid4(), user="ada", role="admin")
REFUSED = {"code": "rate_limited", "detail": "Later.", "retryable": True}


class Ingest:
    """Does everything, or refuses all but the first `patient` requests."""

    def __init__(self, *, patient: int = 100) -> None:
        self.asked: list[httpx2.Request] = []
        self._patient = patient

    def steering(self) -> BulkSteering:
        client = httpx2.AsyncClient(transport=httpx2.MockTransport(self._answer), base_url="http://ingest")
        return BulkSteering(client, api_db=Database("postgresql://nobody@localhost/nothing"))

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        if len(self.asked) > self._patient:
            return httpx2.Response(429, json=REFUSED, headers={"retry-after": "7"})
        ids = orjson.loads(request.content)["ids"]
        return httpx2.Response(200, json={"items": [{"id": id_, "done": True} for id_ in ids]})


def bulk(documents: int) -> BulkOfDocuments:
    return BulkOfDocuments(action="retry", ids=[uuid4() for _ in range(documents)], prompt="Again.")


async def test_only_the_first_part_of_a_request_takes_a_turn():
    ingest = Ingest()
    verdict = await ingest.steering().steer(bulk(250), CALLER, credential="t")

    assert [request.url.params["continued"] for request in ingest.asked] == ["false", "true", "true"]
    assert {orjson.loads(request.content)["prompt"] for request in ingest.asked} == {"Again."}
    assert verdict.done == 250


async def test_what_ingest_refuses_as_a_whole_is_refused_with_its_reason():
    with pytest.raises(ApiError) as refused:
        await Ingest(patient=0).steering().steer(bulk(1), CALLER, credential="t")

    assert (refused.value.status, refused.value.code, refused.value.retry_after) == (429, "rate_limited", 7)


async def test_what_was_done_before_a_refusal_has_its_verdicts():
    verdict = await Ingest(patient=1).steering().steer(bulk(150), CALLER, credential="t")

    assert (verdict.done, verdict.refused) == (100, 50)
