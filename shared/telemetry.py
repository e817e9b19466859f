"""What a process tells of itself beside its metrics: logs, and traces where somebody wants them."""

import os

from shared.logs import configure_logs


def configure_telemetry(name: str) -> None:
    """Logs go to standard error, traces where OTEL_EXPORTER_OTLP_ENDPOINT says; without it there are none."""
    configure_logs()
    configure_traces(name)


def configure_traces(name: str) -> None:
    """`name` is the service's in the traces."""
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        from shared.trace_export import send_traces  # noqa: PLC0415  # takes a while, and most systems send none

        send_traces(name)
