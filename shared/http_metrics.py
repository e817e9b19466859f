"""What HTTP tells of itself: requests by route, and the page that Prometheus reads."""

import time

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.metrics import HTTP_REQUESTS, HTTP_SECONDS, HTTP_UNDER_WAY

_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})


async def serve_metrics() -> Response:
    """All metrics of this process. It is for the inside: no door leads here."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


class MeasuredRequests:
    """Counts and times every request by the template of its route. Plain ASGI: a stream that lasts costs nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.monotonic()

        async def measure(message: Message) -> None:
            if message["type"] == "http.response.start":
                _count(scope, message["status"], time.monotonic() - began)
            await send(message)

        with HTTP_UNDER_WAY.track_inprogress():
            await self._app(scope, receive, measure)


def route_of(scope: Scope) -> tuple[str, str]:
    """The template of a request's route and its method, once it was routed; both of few values."""
    route = getattr(scope.get("route"), "path", None) or "none"
    return route, scope["method"] if scope["method"] in _METHODS else "other"


def _count(scope: Scope, status: int, seconds: float) -> None:
    route, method = route_of(scope)
    HTTP_REQUESTS.labels(route, method, f"{status // 100}xx").inc()
    HTTP_SECONDS.labels(route, method).observe(seconds)
