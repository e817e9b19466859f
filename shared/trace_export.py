"""Sends traces away, by OTLP over HTTP: what the OTEL_* variables of the environment say, OpenTelemetry reads itself.

Only imported where traces are wanted: its libraries take a while to load.
"""

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

from shared.tracing import NEXT_ID


class _DocumentIds(RandomIdGenerator):
    """Random ids, except where a trace is begun under an id that is known."""

    def generate_trace_id(self) -> int:
        return NEXT_ID.get() or super().generate_trace_id()


def new_provider(name: str) -> TracerProvider:
    """It sends nothing yet."""
    return TracerProvider(resource=Resource.create({"service.name": name}), id_generator=_DocumentIds())


def send_traces(name: str) -> None:
    """From now on, and what is left when the process ends."""
    provider = new_provider(name)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
