"""Hands a request to the service that owns its path, streaming in both directions: nothing is held in memory."""

from collections.abc import Mapping

import httpx2
import structlog
from fastapi import Request
from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect
from starlette.responses import Response, StreamingResponse

from services.console.routing import service_for
from shared.http import ApiError, not_found

log = structlog.get_logger()

# They belong to one connection, not to the message (RFC 9110, 7.6.1).
_OF_THE_CONNECTION = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "upgrade"}
)
_TOLD_BY_THE_DOOR = ("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto")
_NOT_FORWARDED = _OF_THE_CONNECTION | {"host", "transfer-encoding", "x-request-id", *_TOLD_BY_THE_DOOR}
# Written by this process itself, on every answer.
_NOT_RETURNED = _OF_THE_CONNECTION | {"transfer-encoding", "date", "server", "x-request-id", "x-content-type-options"}


class Proxy:
    """Forwards to the services. Raises ApiError: 404 for a path nobody owns, 502 and 503 for a service in trouble."""

    def __init__(self, client: httpx2.AsyncClient, urls: Mapping[str, str]) -> None:
        self._client = client
        self._urls = urls

    async def forward(self, request: Request) -> Response:
        service = service_for(request.method, request.url.path)
        if service is None:
            raise not_found("page")
        answer = await self._send(request, service)
        return StreamingResponse(
            answer.aiter_raw(),
            status_code=answer.status_code,
            headers={name: value for name, value in answer.headers.items() if name not in _NOT_RETURNED},
            background=BackgroundTask(answer.aclose),
        )

    async def _send(self, request: Request, service: str) -> httpx2.Response:
        url = httpx2.URL(self._urls[service]).copy_with(
            raw_path=request.scope["raw_path"] + (b"?" + request.scope["query_string"]).rstrip(b"?")
        )
        outgoing = self._client.build_request(
            request.method,
            url,
            headers=_forwarded_headers(request),
            content=request.stream() if _has_body(request) else None,
        )
        try:
            return await self._client.send(outgoing, stream=True)
        except ClientDisconnect as error:
            raise ApiError(400, "cut_off", "The request ended before its body did.") from error
        except httpx2.ConnectError as error:
            log.warning("service_away", service=service)
            raise ApiError(
                503, "service_unavailable", f"{service} is away. Try again shortly.", retryable=True, retry_after=1
            ) from error
        except httpx2.TransportError as error:
            log.warning("service_cut_off", service=service, error=type(error).__name__)
            raise ApiError(502, "bad_gateway", f"{service} did not answer. Try again.", retryable=True) from error


def _forwarded_headers(request: Request) -> list[tuple[str, str]]:
    headers = [(name, value) for name, value in request.headers.items() if name not in _NOT_FORWARDED]
    told = (request.client.host if request.client else "", request.headers.get("host", ""), request.url.scheme)
    return [*headers, ("x-request-id", request.state.request_id), *zip(_TOLD_BY_THE_DOOR, told, strict=True)]


def _has_body(request: Request) -> bool:
    return "content-length" in request.headers or "transfer-encoding" in request.headers
