"""One document, one trace: from the request through outbox, broker and queues to its rows for export; and nothing when off."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from shared.trace_export import new_provider
from tests.integration.chain import Chain, until

STEPS = {
    *("document", "publish document.uploaded", "classifier takes document.uploaded", "classify"),
    *("publish document.classified", "extractor takes document.classified", "extract", "publish document.extracted"),
    *("ingest takes document.extracted", "aggregator takes document.extracted", "exporter takes document.extracted"),
}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """What is traced while the test runs."""
    told = InMemorySpanExporter()
    provider = new_provider("test")
    provider.add_span_processor(SimpleSpanProcessor(told))
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", provider)
    yield told
    provider.shutdown()


def of(told: InMemorySpanExporter, trace_id: int) -> list[ReadableSpan]:
    return [span for span in told.get_finished_spans() if span.context.trace_id == trace_id]


async def test_a_document_has_one_trace_through_all_services(chain: Chain, told: InMemorySpanExporter):
    batch_id = await chain.submit(2)
    await chain.ended(batch_id)
    documents = {document for document, _ in chain.ends(batch_id)}

    async def complete() -> dict[UUID, list[ReadableSpan]] | None:
        spans = {document: of(told, document.int) for document in documents}
        return spans if all({span.name for span in each} >= STEPS for each in spans.values()) else None

    spans = await until(complete)

    assert len(documents) == 2
    for document, each in spans.items():
        roots = [dict(span.attributes or {}) for span in each if span.parent is None]
        known = {span.context.span_id for span in each}
        assert [root for root in roots if not root["ingestio.reask"]] == [
            {"ingestio.document": str(document), "ingestio.generation": 1, "ingestio.reask": False}
        ]
        assert {span.parent.span_id for span in each if span.parent} <= known


async def test_the_trace_of_a_document_leads_to_the_request_that_brought_it(chain: Chain, told: InMemorySpanExporter):
    batch_id = await chain.submit(1)
    await chain.ended(batch_id)
    ((document, _),) = chain.ends(batch_id)
    root = next(span for span in of(told, document.int) if span.name == "document")

    asked = of(told, root.links[0].context.trace_id)

    assert [span.name for span in asked if span.kind is SpanKind.SERVER] == ["POST /api/batches"]
    assert "publish batch.created" in {span.name for span in asked}


async def test_events_carry_their_trace_on_the_broker(chain: Chain, told: InMemorySpanExporter):
    batch_id = await chain.submit(1)
    await chain.ended(batch_id)
    ((document, _),) = chain.ends(batch_id)

    (extracted,) = chain.heard(batch_id, "document.extracted")

    assert extracted.traceparent
    assert extracted.traceparent.split("-")[1] == document.hex


async def test_without_an_address_nothing_is_traced(chain: Chain):
    batch_id = await chain.submit(1)
    await chain.ended(batch_id)

    assert {event.traceparent for event in chain.said if event.batch_id == batch_id} == {None}
