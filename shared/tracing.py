"""Traces by OpenTelemetry: off unless the environment says where they go, and then free of texts and addresses.

A document's trace has the document's own id, so that it is found without a search, and so that nothing that is told again after
a crash begins another. Parents travel as `traceparent` in the events, and with these in outbox and queue.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

import orjson
import structlog
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, ProxyTracerProvider, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shared.cloudevent import Event
from shared.events import DocumentUploaded

Attributes = Mapping[str, str | int | bool]

# The trace that a span without a parent begins; None begins one under any id.
NEXT_ID: ContextVar[int | None] = ContextVar("trace_id", default=None)
_HEADER = TraceContextTextMapPropagator()


def is_tracing() -> bool:
    return not isinstance(trace.get_tracer_provider(), ProxyTracerProvider)


@contextmanager
def span(
    name: str, *, kind: SpanKind = SpanKind.INTERNAL, parent: str | None = None, attributes: Attributes | None = None
) -> Iterator[trace.Span]:
    """What the block does, below `parent` or else below what is under way; its trace's id is in the logs.

    Of an error only the kind is told.
    """
    if not is_tracing():
        yield trace.INVALID_SPAN
        return
    with (
        _tracer().start_as_current_span(
            name,
            context=_HEADER.extract({"traceparent": parent}) if parent else None,
            kind=kind,
            attributes=attributes,
            record_exception=False,
            set_status_on_exception=False,
        ) as current,
        structlog.contextvars.bound_contextvars(trace_id=f"{current.get_span_context().trace_id:032x}"),
    ):
        try:
            yield current
        except BaseException as error:
            current.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


def tell(name: str, *, kind: SpanKind, parent: str | None, seconds: float, attributes: Attributes) -> None:
    """A span that ends now and began so many seconds ago; nothing without a parent."""
    if parent:
        now = time.time_ns()
        began = now - int(seconds * 1e9)
        context = _HEADER.extract({"traceparent": parent})
        _tracer().start_span(name, context=context, kind=kind, attributes=attributes, start_time=began).end(now)


def with_trace(event: Event) -> Event:
    """The event with the trace it belongs to: a document that is to be read begins its own, linked to what asked for it.

    What is asked again has another root in the same trace.
    """
    if isinstance(event, DocumentUploaded):
        return event.model_copy(update={"traceparent": _begin(event)})
    if event.traceparent is None:
        return event.model_copy(update={"traceparent": traceparent()})
    return event


def from_here(events: Sequence[Event]) -> list[Event]:
    """The events as children of what is under way."""
    return [event.model_copy(update={"traceparent": traceparent()}) for event in events]


def traceparent() -> str | None:
    """Of what is under way."""
    carrier: dict[str, str] = {}
    _HEADER.inject(carrier)
    return carrier.get("traceparent")


def traceparent_of(body: bytes) -> str | None:
    """Of an encoded event; None for what is no event, or has none."""
    try:
        event = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    found = event.get("traceparent") if isinstance(event, dict) else None
    return found if isinstance(found, str) else None


def _begin(document: DocumentUploaded) -> str | None:
    asked_by = trace.get_current_span().get_span_context()
    known = NEXT_ID.set(document.document_id.int)
    try:
        begun = _tracer().start_span(
            "document",
            context=Context(),
            kind=SpanKind.PRODUCER,
            links=[Link(asked_by)] if asked_by.is_valid else None,
            attributes={
                "ingestio.document": str(document.document_id),
                "ingestio.generation": document.generation,
                "ingestio.reask": document.reask,
            },
        )
    finally:
        NEXT_ID.reset(known)
    carrier: dict[str, str] = {}
    _HEADER.inject(carrier, context=trace.set_span_in_context(begun))
    begun.end()
    return carrier.get("traceparent")


def _tracer() -> trace.Tracer:
    return trace.get_tracer("ingestio")
