"""What a running system tells of itself: clean by Prometheus' own judgement, complete, and free of names."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from ingestio.local.ports import free_port, url_on
from ingestio.local.service_settings import as_environment
from shared.settings import ServiceSettings
from tests.integration.chain import NAMES, Chain, until
from tests.stores import SettingsOf

Series = dict[tuple[str, frozenset[tuple[str, str]]], float]


async def page_of(chain: Chain) -> str:
    return (await chain.client.get("/metrics")).text


async def series_of(chain: Chain) -> Series:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(await page_of(chain))
        for sample in family.samples
    }


def value(series: Series, name: str, **labels: str) -> float:
    """The sum over all series of this name that have these labels."""
    return sum(
        number for (found, has), number in series.items() if found == name and labels.items() <= dict(has).items()
    )


def promtool(*arguments: str, given: str | None = None) -> str:
    """What promtool complains about; nothing when all is well."""
    command = shutil.which("promtool")
    if command is None:
        pytest.fail("promtool is missing. Install it: make prometheus")
    answer = subprocess.run([command, *arguments], input=given, capture_output=True, text=True, check=False)
    return answer.stdout + answer.stderr if answer.returncode else ""


async def test_prometheus_finds_nothing_to_complain_about(chain: Chain):
    await chain.ended(await chain.submit(2))

    assert promtool("check", "metrics", given=await page_of(chain)) == ""


@pytest.mark.parametrize("name", NAMES)
async def test_nor_in_the_page_of_each_service_alone(name: str, settings_of: SettingsOf):
    """With series that a process of its own has and the one process of all has not, or the other way round."""
    async with alone(name, settings_of(name)) as url, httpx2.AsyncClient(base_url=url, trust_env=False) as client:
        page = await until(partial(_page_of_one_that_works, client))

    assert promtool("check", "metrics", given=page) == ""
    assert "process_resident_memory_bytes" in page


@asynccontextmanager
async def alone(name: str, settings: ServiceSettings) -> AsyncIterator[str]:
    """A service in a process of its own; where it answers."""
    port = free_port()
    environment = as_environment(settings.model_dump(mode="json") | {"port": str(port)})
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"services.{name}"), env=os.environ | environment
    )
    try:
        yield url_on(port)
    finally:
        process.terminate()
        await process.wait()


async def _page_of_one_that_works(client: httpx2.AsyncClient) -> str | None:
    try:
        ready = (await client.get("/readyz")).is_success
        return (await client.get("/metrics")).text if ready else None
    except httpx2.TransportError:
        return None


async def test_a_batch_is_counted_from_the_request_to_its_end(chain: Chain):
    before = await series_of(chain)
    await chain.ended(await chain.submit(3))

    async def all_counted() -> Series | None:
        series = await series_of(chain)
        done = value(series, "ingestio_documents_finished_total") - value(before, "ingestio_documents_finished_total")
        return series if done >= 3 else None

    after = await until(all_counted)

    def grown(name: str, **labels: str) -> float:
        return value(after, name, **labels) - value(before, name, **labels)

    assert grown("ingestio_http_requests_total", route="/api/batches", method="POST", code_class="2xx") == 1
    assert grown("ingestio_documents_received_total", source="form") == 3
    assert grown("ingestio_documents_finished_total", outcome="completed") == 3
    assert grown("ingestio_document_end_to_end_seconds_count") == 3
    assert grown("ingestio_jobs_total", queue="classifier", outcome="ok") == 3
    assert grown("ingestio_jobs_total", queue="extractor", outcome="ok") == 3
    assert grown("ingestio_job_run_seconds_count", queue="extractor") == 3
    assert (
        grown("ingestio_quota_pages_total", kind="reserve") == grown("ingestio_quota_pages_total", kind="commit") == 3
    )
    assert grown("ingestio_events_published_total", type="document.extracted", outcome="confirmed") >= 3
    assert (
        grown("ingestio_events_consumed_total", queue="extractor", type="document.classified", outcome="handled") >= 3
    )
    assert grown("ingestio_storage_operations_total", outcome="ok") > 0


async def test_tables_are_measured_once_for_each_service(chain: Chain):
    async def measured() -> Series | None:
        series = await series_of(chain)
        known = {dict(labels)["queue"] for name, labels in series if name == "ingestio_outbox_oldest_age_seconds"}
        return series if known >= set(NAMES) else None

    series = await until(measured)

    assert {dict(has)["queue"] for name, has in series if name == "ingestio_queue_jobs"} == {
        *("classifier", "extractor", "exporter", "notifier")
    }


async def test_no_series_names_a_batch_a_document_or_a_tenant(chain: Chain):
    batch_id = await chain.submit(1)
    await chain.ended(batch_id)
    await chain.client.get(f"/api/batches/{batch_id}/unknown")

    page = await page_of(chain)

    assert str(batch_id) not in page
    assert str(chain.tenant) not in page
    assert 'route="none"' in page
