"""HTTP as every service speaks it: problem details (RFC 9457), request ids, health and readiness."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import DBAPIError
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.db import is_transient, is_unstorable
from shared.described import PROBLEM, describe_problems
from shared.http_metrics import MeasuredRequests
from shared.http_traces import TracedRequests
from shared.results import JsonObject

log = structlog.get_logger()

Probe = Callable[[], Awaitable[dict[str, bool]]]

MAX_BODY = 8 * 1024 * 1024  # of JSON; it is held in memory


class ProblemDetails(BaseModel):
    """The body of every error. Some codes bring members of their own along."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    code: str
    retryable: bool = False
    request_id: str


class ApiError(Exception):
    """An answer other than success, with a stable code and a text that helps; `extra` are members of its body."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        retryable: bool = False,
        retry_after: int | None = None,
        extra: JsonObject | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.retryable = retryable
        self.retry_after = retry_after
        self.extra = extra or {}
        self.headers: dict[str, str] = {}


def not_found(what: str) -> ApiError:
    """Also for what belongs to another tenant: its existence is not told."""
    return ApiError(404, "not_found", f"There is no such {what}.")


def new_app(title: str, *, probe: Probe, max_body: int | None = MAX_BODY) -> FastAPI:
    """A FastAPI application with problem details, request ids, `/healthz` and `/readyz`.

    A request's body has `max_body` bytes at most, unless its route says otherwise; None for what hands bodies on unread.
    """
    app = FastAPI(
        title=title,
        version="0.1.0",
        openapi_url="/api/openapi.json",
        docs_url="/api/docs",
        redoc_url=None,
        # What FastAPI tells by itself names addresses and queries, and quotes errors.
        telemetry={"tracing": False, "operation_spans": False, "logs": False, "metrics": False},
        max_body_size=max_body,
        responses={"4XX": {"model": ProblemDetails}, "5XX": {"model": ProblemDetails}},
    )
    describe_problems(app)
    app.state.before_stop = []  # called before the server waits for the answers under way
    app.add_exception_handler(ApiError, _api_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_exception_handler(DBAPIError, _database_error)
    app.add_exception_handler(TimeoutError, _busy)
    app.add_exception_handler(OSError, _part_away)
    app.add_middleware(MeasuredRequests)
    app.add_middleware(TracedRequests)
    app.add_middleware(_RequestIds)

    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz", include_in_schema=False)
    async def readyz() -> JSONResponse:
        parts = await probe()
        return JSONResponse(parts, status_code=200 if all(parts.values()) else 503)

    return app


class _RequestIds:
    """Gives every request an id, in the logs and in the answer. Plain ASGI: it costs a stream that lasts nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = Headers(scope=scope).get("x-request-id", "")[:64] or uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["x-request-id"] = request_id
                headers["x-content-type-options"] = "nosniff"
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            await self._app(scope, receive, send_with_id)


async def _api_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    response = _problem(request, error.status, error.code, error.detail, retryable=error.retryable, extra=error.extra)
    response.headers.update(error.headers)
    if error.retry_after is not None:
        response.headers["retry-after"] = str(error.retry_after)
    return response


async def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return _problem(request, 422, "invalid_request", f"{where}: {first['msg']}")


async def _http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = {400: "invalid_body", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}.get(
        error.status_code, "http_error"
    )
    return _problem(request, error.status_code, code, str(error.detail))


async def _database_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, DBAPIError)
    if is_unstorable(error):
        detail = "A text holds the character U+0000, or a number or date is larger than any can be."
        return _problem(request, 422, "unstorable_value", detail)
    transient = is_transient(error)
    log.error("request_failed_in_database", sqlstate=str(getattr(error.orig, "sqlstate", "")), transient=transient)
    if transient:
        return _problem(
            request, 503, "database_unavailable", "The database is away. Try again shortly.", retryable=True
        )
    return _problem(request, 500, "internal", "Something went wrong on our side.")


async def _busy(request: Request, error: Exception) -> Response:
    log.warning("request_timed_out", error=type(error).__name__)
    response = _problem(request, 503, "busy", "Too much at once. Try again shortly.", retryable=True)
    response.headers["retry-after"] = "1"
    return response


async def _part_away(request: Request, error: Exception) -> Response:
    """A connection refused or broken: drivers pass on what the socket says while there is nobody to speak to."""
    log.error("request_needs_a_part_that_is_away", error=type(error).__name__)
    return _problem(
        request, 503, "part_unavailable", "A part of the system is away. Try again shortly.", retryable=True
    )


def _problem(
    request: Request, status: int, code: str, detail: str, *, retryable: bool = False, extra: JsonObject | None = None
) -> Response:
    body = ProblemDetails(
        type=f"urn:ingestio:problem:{code}",
        title=code.replace("_", " ").capitalize(),
        status=status,
        detail=detail,
        code=code,
        retryable=retryable,
        request_id=request.state.request_id,
        **(extra or {}),
    )
    return JSONResponse(body.model_dump(), status_code=status, media_type=PROBLEM)
