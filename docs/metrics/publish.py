"""Writes docs/metrics.md from the declarations in shared/metrics.py: `python -m docs.metrics.publish`."""

from pathlib import Path

from prometheus_client.metrics import MetricWrapperBase

from shared import metrics

PAGE = Path(__file__).parents[1] / "metrics.md"

_HEAD = """# Metrics

Every service serves `/metrics` on the port of its health checks, which no door leads to; the all-in-one process serves one page
for all. Times are in seconds, sizes in bytes; counters begin with 0 when a process starts. `queue` is a service's queue table
or, of events, a queue of the broker. No label names a tenant, a document, an address or the text of an error.

Gauges of tables (`ingestio_queue_*`, `ingestio_outbox_*`, `ingestio_dead_letters`, `ingestio_pg_*`) come from one replica of a
service at a time, measured every ten seconds: read them by `max by (queue)`. Scale workers on
`max by (queue) (ingestio_queue_jobs{state=~"ready|running"})` and on `ingestio_queue_oldest_ready_age_seconds`.

This page is written by `python -m docs.metrics.publish` from `shared/metrics.py`. The usual `process_*` and `python_*` come beside.

| name | kind | labels | what it says |
|---|---|---|---|
"""


def declared() -> list[MetricWrapperBase]:
    """All of them, in the order of the file."""
    return [value for value in vars(metrics).values() if isinstance(value, MetricWrapperBase)]


def exposed_name(metric: MetricWrapperBase) -> str:
    """As Prometheus knows it; of a histogram without its suffix."""
    return f"{metric._name}_total" if metric._type == "counter" else metric._name  # noqa: SLF001  # there is no other way


def page() -> str:
    return _HEAD + "".join(_row(metric) for metric in declared())


def _row(metric: MetricWrapperBase) -> str:
    labels = ", ".join(f"`{label}`" for label in metric._labelnames)  # noqa: SLF001  # as above
    return f"| `{exposed_name(metric)}` | {metric._type} | {labels} | {metric._documentation} |\n"  # noqa: SLF001  # as above


if __name__ == "__main__":
    PAGE.write_text(page())
