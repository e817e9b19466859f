"""A span for every request, below the caller's where it names one: the route, never the address or the query."""

from opentelemetry.trace import SpanKind, Status, StatusCode
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http_metrics import route_of
from shared.tracing import is_tracing, span


class TracedRequests:
    """Plain ASGI, and nothing at all while there are no traces."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_tracing():
            await self._app(scope, receive, send)
            return
        parent = Headers(scope=scope).get("traceparent")
        with span("request", kind=SpanKind.SERVER, parent=parent) as request:

            async def tell(message: Message) -> None:
                if message["type"] == "http.response.start":
                    route, method = route_of(scope)
                    request.update_name(f"{method} {route}")
                    request.set_attribute("http.route", route)
                    request.set_attribute("http.request.method", method)
                    request.set_attribute("http.response.status_code", message["status"])
                    if message["status"] >= 500:
                        request.set_status(Status(StatusCode.ERROR))
                await send(message)

            await self._app(scope, receive, tell)
