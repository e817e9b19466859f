"""A real Prometheus with the rules of the repository, scraping every second, and what it answers."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml

from deploy.prometheus.publish import RULES
from ingestio.local.ports import free_port, url_on


class Prometheus:
    """Asks what a panel would ask."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    async def ask(self, expr: str) -> list[Any]:
        """The series that an expression gives now; Grafana's interval is a minute."""
        query = expr.replace("$__rate_interval", "1m")
        answer = (await self._http.get("/api/v1/query", params={"query": query})).json()
        assert answer["status"] == "success", (expr, answer)
        return list(answer["data"]["result"])


@asynccontextmanager
async def a_prometheus(folder: Path, targets: Mapping[str, int]) -> AsyncIterator[Prometheus]:
    """Scrapes these ports by the names of the jobs in deploy/prometheus/prometheus.yml. Ready when it answers."""
    command = shutil.which("prometheus")
    if command is None:
        pytest.fail("prometheus is missing. Install it: make prometheus")
    config, port = folder / "prometheus.yml", free_port()
    config.write_text(yaml.safe_dump(_configuration(targets)))
    process = await asyncio.create_subprocess_exec(
        command,
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with httpx2.AsyncClient(base_url=url_on(port), trust_env=False) as http, asyncio.timeout(120):
            while not await _is_ready(http):
                await asyncio.sleep(0.1)
        async with httpx2.AsyncClient(base_url=url_on(port), trust_env=False, timeout=30) as http:
            yield Prometheus(http)
    finally:
        process.terminate()
        await process.wait()


def _configuration(targets: Mapping[str, int]) -> dict[str, Any]:
    written: dict[str, Any] = yaml.safe_load((RULES.parent / "prometheus.yml").read_text())
    jobs = []
    for job in written["scrape_configs"]:
        if job["job_name"] in targets:
            kept = {key: job[key] for key in ("job_name", "metrics_path", "params") if key in job}
            place = {"targets": [f"127.0.0.1:{targets[job['job_name']]}"], "labels": {"service": "all"}}
            jobs.append(kept | {"static_configs": [place]})
    return {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [f"{RULES}/*.yml"],
        "scrape_configs": jobs,
    }


async def _is_ready(http: httpx2.AsyncClient) -> bool:
    try:
        return (await http.get("/-/ready")).status_code == 200
    except httpx2.TransportError:
        return False
