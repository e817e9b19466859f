"""A part that is away is not our fault to hide: 503, and worth trying again."""

import httpx2
import pytest

from shared.http import new_app


@pytest.mark.parametrize("error", [ConnectionRefusedError, ConnectionResetError, TimeoutError])
async def test_a_request_that_needs_it_is_told_to_come_back(error: type[OSError]):
    async def probe() -> dict[str, bool]:
        return {}

    app = new_app("test", probe=probe)

    @app.get("/needs-it")
    async def needs_it() -> None:
        raise error

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
        answer = await client.get("/needs-it")

    assert (answer.status_code, answer.json()["retryable"]) == (503, True)
