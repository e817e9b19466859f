"""Every panel of every dashboard is asked of a real Prometheus that scrapes the running system, and has data."""

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from deploy.grafana.panels import Panel
from deploy.grafana.publish import BOARDS, DASHBOARDS, files
from docs.metrics.publish import declared, exposed_name
from ingestio.local.ports import free_port
from ingestio.stack import Stack, rabbitmq
from services.ingest import reconciling
from tests.fake_model import FakeModel, always, serving
from tests.integration import chain
from tests.integration.chain import Chain, running_chain, until
from tests.integration.prometheus_server import Prometheus, a_prometheus
from tests.stores import migrated

PANELS = [(f"{board.name}: {panel.title}", panel) for board in BOARDS for panel in board.panels]
pytestmark = pytest.mark.timeout(900)

SCAN = Path("samples/receipt-market.jpg").read_bytes()
SCHEMA = {"type": "object", "properties": {"total": {"type": ["number", "null"]}}}


def test_the_dashboards_say_what_the_code_says():
    assert {path.name: path.read_text() for path in DASHBOARDS.iterdir()} == files()


def test_every_panel_has_a_place_of_its_own():
    for text in files().values():
        places = [tuple(panel["gridPos"][side] for side in "xywh") for panel in json.loads(text)["panels"]]
        corners = [(x, y) for x, y, _, _ in places]

        assert len(set(corners)) == len(corners)
        assert all(x + width <= 24 for x, _, width, _ in places)


@pytest.fixture(scope="module")
async def prometheus(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Prometheus]:
    """After a small load of every kind, seen by at least two scrapes."""
    folder, port = tmp_path_factory.mktemp("observed"), free_port()
    async with contextlib.AsyncExitStack() as cleanup:
        patch = cleanup.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(rabbitmq, "PLUGINS", "[rabbitmq_management, rabbitmq_prometheus].\n")
        patch.setattr(
            rabbitmq, "CONFIG", f"{rabbitmq.CONFIG}prometheus.tcp.ip = 127.0.0.1\nprometheus.tcp.port = {port}\n"
        )
        patch.setattr(chain, "WITHIN", 300)  # reading the scan, on a busy machine
        patch.setattr(reconciling, "_EVERY_SECONDS", 5.0)
        model = await cleanup.enter_async_context(serving(FakeModel(always({"total": 12.5}))))
        for name, value in {"OPENAI_BASE_URL": model.base_url, "INGESTIO_MODEL": "fake-1"}.items():
            patch.setenv(name, value)
        urls = await cleanup.enter_async_context(Stack(folder))
        running = await cleanup.enter_async_context(running_chain(await migrated(urls)))
        ours = running.client.base_url.port
        assert ours
        jobs = {"ingestio": ours, "rabbitmq": port, "rabbitmq-queues": port}
        prometheus = await cleanup.enter_async_context(a_prometheus(folder, jobs))
        await make_load(running)
        await asyncio.sleep(3)  # two more scrapes: a rate needs two points
        await seen(prometheus)
        yield prometheus


async def make_load(chain: Chain) -> None:
    """Invoices, a scan, a file that is none, an export, and somebody who watches."""
    watching = asyncio.create_task(_watch(chain))
    batch_id = await chain.submit(2, json_schema=json.dumps(SCHEMA), prompt="The total")
    scan = ("files", ("scan.jpg", SCAN))
    broken = ("files", ("broken.pdf", b"%PDF-1.4 nothing"))
    answer = await chain.client.post("/api/batches", files=[scan, broken], data={"strategy": "auto"})
    await chain.ended(batch_id)
    await chain.ended(answer.json()["id"])
    wanted = {"batch_id": str(batch_id), "format": "csv", "layout": "multi_row"}
    export = (await chain.client.post("/api/exports", json=wanted)).json()["id"]

    async def made() -> bool | None:
        return (await chain.client.get(f"/api/exports/{export}")).json()["status"] == "ready" or None

    await until(made)
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def _watch(chain: Chain) -> None:
    with contextlib.suppress(httpx2.TransportError):
        async with chain.client.stream("GET", "/api/events") as answer:
            async for _ in answer.aiter_raw():
                pass


async def seen(prometheus: Prometheus) -> None:
    """The slowest to come: the rules over ratios, and the first round of the reconciler."""
    slow = ("ingestio:documents:bad:ratio_rate1h", 'ingestio_maintenance_runs_total{task="reconcile"}')

    async def all_there() -> bool | None:
        return all([await prometheus.ask(expr) for expr in slow]) or None

    await until(all_there)


@pytest.mark.parametrize("panel", [panel for _, panel in PANELS if panel.only is None], ids=lambda panel: panel.title)
async def test_a_panel_has_data(panel: Panel, prometheus: Prometheus):
    empty = [expr for expr in panel.queries.values() if not await prometheus.ask(expr)]

    assert empty == []


@pytest.mark.parametrize("panel", [panel for _, panel in PANELS if panel.only], ids=lambda panel: panel.title)
def test_a_panel_for_trouble_asks_for_a_metric_that_exists(panel: Panel):
    known = {name for metric in declared() for name in (exposed_name(metric), f"{exposed_name(metric)}_bucket")}

    for expr in panel.queries.values():
        assert set(re.findall(r"(?:ingestio|gen_ai)_\w+", expr)) <= known


async def test_nothing_fires_on_a_healthy_system(prometheus: Prometheus):
    firing = await prometheus.ask('ALERTS{alertstate="firing"}')

    assert [alert["metric"]["alertname"] for alert in firing] == []
