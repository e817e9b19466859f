"""Files and a real clamd: what is found is refused by its own code, and without the scanner nothing passes."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from services.ingest.app import wire
from services.ingest.settings import Settings
from services.ingest.tus import CONTENT_TYPE
from services.ingest.virus_scan import ScannerAwayError, VirusScanner
from shared.errors import Category, Permanent
from tests.integration.clamd import EICAR, Clamd, a_clamd
from tests.integration.front_door import FrontDoor
from tests.integration.ingest_process import metadata
from tests.pdf_makers import one_page
from tests.stores import SettingsOf

GOOD, INFECTED = one_page(), one_page() + b"\n% " + EICAR


@pytest.fixture(scope="module")
async def clamd(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clamd]:
    async with a_clamd(tmp_path_factory.mktemp("clamd")) as clamd:
        yield clamd


@pytest.fixture
async def door(settings_of: SettingsOf, clamd: Clamd) -> AsyncIterator[FrontDoor]:
    """Ingest that scans, and waits two seconds for the scanner."""
    service = wire(Settings(**settings_of("ingest").model_dump(), clamd=clamd.tcp, clamd_patience=2))
    yield FrontDoor(service)
    await service.stop()


def a_file(folder: Path, content: bytes) -> Path:
    file = folder / "file"
    file.write_bytes(content)
    return file


@pytest.mark.parametrize("way", ["tcp", "socket"])
async def test_clamd_is_asked_by_port_and_by_socket(clamd: Clamd, tmp_path: Path, way: str):
    scanner = VirusScanner(clamd.tcp if way == "tcp" else clamd.socket, patience=0)
    await scanner.check(a_file(tmp_path, GOOD))
    with pytest.raises(Permanent) as found:
        await scanner.check(a_file(tmp_path, INFECTED))

    assert found.value.category is Category.INFECTED


async def test_what_the_scanner_did_not_look_at_does_not_pass(clamd: Clamd, tmp_path: Path):
    """It was told to take 1 MB: of a larger file it says so and hangs up."""
    with pytest.raises(ScannerAwayError):
        await VirusScanner(clamd.tcp, patience=0).check(a_file(tmp_path, bytes(3 << 20)))


async def test_an_infected_file_is_refused_and_its_neighbour_goes_on(door: FrontDoor):
    answer = await door.submit(await door.tenant(), INFECTED, GOOD)
    verdicts = [(file["status"], (file["error"] or {}).get("category")) for file in answer.json()["files"]]

    assert (answer.status_code, verdicts) == (202, [("refused", "infected"), ("accepted", None)])


async def test_while_the_scanner_is_away_nothing_passes_and_nothing_stays(door: FrontDoor, clamd: Clamd):
    user = await door.tenant()
    await clamd.stop()
    answer = await door.submit(user, GOOD)
    kept = await door.rows("SELECT 1 FROM batches WHERE tenant_id = $1", user.id)
    await clamd.start()
    again = await door.submit(user, GOOD)

    assert (answer.status_code, answer.json()["code"]) == (503, "scanner_unavailable")
    assert answer.json()["retryable"]
    assert kept == []
    assert again.status_code == 202


async def test_a_file_waits_for_a_scanner_that_comes_back(clamd: Clamd, tmp_path: Path):
    await clamd.stop()
    waiting = asyncio.create_task(VirusScanner(clamd.tcp, patience=60).check(a_file(tmp_path, INFECTED)))
    await clamd.start()
    with pytest.raises(Permanent):
        await waiting


async def _upload(client: httpx2.AsyncClient, batch: str) -> int:
    headers = {"tus-resumable": "1.0.0", "upload-length": str(len(GOOD)), "content-type": CONTENT_TYPE}
    about = metadata(batch_id=batch, filename="a.pdf")
    return (await client.post("/api/uploads", headers=headers | about, content=GOOD)).status_code


async def test_an_uploaded_file_stays_until_the_scanner_is_back(door: FrontDoor, clamd: Clamd):
    async with door.http(await door.tenant()) as client:
        batch = (await client.post("/api/batches/open", json={"strategy": "auto"})).json()["id"]
        sent = await _upload(client, batch)
        await clamd.stop()
        refused = await client.post(f"/api/batches/{batch}/submit", json={})
        there = (await client.get(f"/api/batches/{batch}/uploads")).json()["complete"]
        await clamd.start()
        taken = await client.post(f"/api/batches/{batch}/submit", json={})

    assert [sent, refused.status_code, there, taken.status_code] == [201, 503, 1, 202]
