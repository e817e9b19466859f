"""Another service's word on a token: what is no verdict must not be taken for one."""

import httpx2
import pytest

from shared.auth import RemoteVerifier
from shared.http import ApiError


def ingest_that_answers(*statuses: int) -> RemoteVerifier:
    left = list(statuses)
    body = {"tenant_id": "11111111-1111-4111-8111-111111111111", "user": "ada", "role": "admin"}
    transport = httpx2.MockTransport(lambda _: httpx2.Response(left.pop(0), json=body))
    return RemoteVerifier(httpx2.AsyncClient(transport=transport, base_url="http://ingest"))


async def test_a_token_that_cannot_be_judged_is_not_called_unknown_and_is_asked_about_again():
    verifier = ingest_that_answers(503, 200)

    with pytest.raises(ApiError) as refused:
        await verifier.verify("igt_token")

    assert refused.value.status == 503
    assert (await verifier.verify("igt_token")) is not None


async def test_an_unknown_token_is_remembered_as_such():
    verifier = ingest_that_answers(404, 200)

    assert await verifier.verify("igt_token") is None
    assert await verifier.verify("igt_token") is None
