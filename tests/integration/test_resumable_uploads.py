"""Resumable uploads, by clients we did not write: cut off, killed, in parallel, and identical to the last byte."""

import asyncio
import json
import random
import shutil
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tusclient.exceptions import TusCommunicationError

from ingestio.local.one_process import answering
from ingestio.local.ports import listen_on, url_of
from services.console.app import new_door
from services.console.settings import Settings as DoorSettings
from tests.integration.ingest_process import Tenant, wire_to
from tests.integration.pictures import MB, picture

HERE = Path(__file__).parent
PACKAGES = ("tus-js-client@4", "@uppy/core@6", "@uppy/tus@6")


@pytest.fixture(scope="session")
def js(tmp_path_factory: pytest.TempPathFactory) -> "Js":
    return Js(tmp_path_factory.mktemp("js"))


class Js:
    """tus-js-client and Uppy from npm."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(
        self, file: Path, *, url: str, token: str, batch: str, by: str = "tus_send.mjs", **options: Any
    ) -> str:
        """Returns the URL of the upload."""
        if not (self._folder / "node_modules").exists():
            (self._folder / "package.json").write_text("{}")
            await self._run("npm", "install", "--no-audit", "--no-fund", *PACKAGES)
        return await self._run(
            "node", str(HERE / by), f"{url}/api/uploads", token, batch, str(file), json.dumps(options)
        )

    async def _run(self, *command: str) -> str:
        process = await asyncio.create_subprocess_exec(*command, cwd=self._folder, stdout=PIPE, stderr=PIPE)
        out, errors = await process.communicate()
        assert process.returncode == 0, errors.decode()
        return out.decode().strip()


@pytest.mark.parametrize("chunk_size", [MB, 5 * MB, 100 * MB])
async def test_files_arrive_whole_from_tuspy(tenant: Tenant, tmp_path: Path, chunk_size: int):
    large, small = picture(tmp_path / "large.png", megapixels=4), Path("samples/invoice-english.pdf")
    batch = await tenant.open_batch(large, small)
    for file in (small, large):
        await tenant.send(file, batch, chunk_size=chunk_size, upload_checksum=chunk_size < 100 * MB)
    assert await tenant.submitted(batch) == [file.read_bytes() for file in (large, small)]


@pytest.mark.parametrize("seed", range(3))
async def test_a_file_survives_random_cuts(tenant: Tenant, tmp_path: Path, seed: int):
    file, chance = picture(tmp_path / "cut.png", megapixels=5), random.Random(seed)
    batch = await tenant.open_batch(file)
    async with wire_to(tenant.ingest.port) as wire:
        # The first connection begins the upload; of the others, sending and asking for the offset take turns.
        wire.cut_after = [None, *(cut for _ in range(6) for cut in (chance.randrange(1000, 6 * MB), None))]
        await tenant.send(file, batch, url=wire.url, retries=30, retry_delay=0.5)
    assert wire.cuts > 2
    assert await tenant.submitted(batch) == [file.read_bytes()]


async def test_what_arrived_before_a_cut_is_kept(tenant: Tenant, tmp_path: Path):
    file = picture(tmp_path / "cut.png", megapixels=3)
    batch = await tenant.open_batch(file)
    async with wire_to(tenant.ingest.port) as wire:
        wire.cut_after = [None, 7 * MB]
        with pytest.raises(TusCommunicationError):
            await tenant.send(file, batch, url=wire.url)
    async with asyncio.timeout(10):
        # More than the part that is full; what was on its way between socket and service may be lost.
        while not 6.5 * MB < (await tenant.uploads(batch))["files"][0]["offset"] <= 7 * MB:
            await asyncio.sleep(0.1)


async def test_a_file_survives_a_kill_of_the_service(tenant: Tenant, tmp_path: Path):
    file = picture(tmp_path / "killed.png", megapixels=8)
    batch = await tenant.open_batch(file)
    sending = asyncio.create_task(tenant.send(file, batch, chunk_size=3 * MB, retries=40, retry_delay=0.5))
    while not (await tenant.uploads(batch))["files"][0]["offset"]:
        await asyncio.sleep(0.02)
    await tenant.ingest.kill()
    await tenant.ingest.start()
    await sending
    assert await tenant.submitted(batch) == [file.read_bytes()]


@pytest.fixture
async def door(tenant: Tenant) -> AsyncIterator[str]:
    """The URL of the console's door in front of ingest."""
    listener = listen_on(0)
    async with answering(new_door(DoorSettings(ingest_url=tenant.ingest.url)), listener):
        yield url_of(listener)


async def test_files_arrive_whole_through_the_door(tenant: Tenant, tmp_path: Path, door: str):
    file = picture(tmp_path / "door.png", megapixels=4)
    batch = await tenant.open_batch(file)
    await tenant.send(file, batch, url=door, chunk_size=5 * MB)
    assert await tenant.submitted(batch) == [file.read_bytes()]


if shutil.which("npm"):

    @pytest.mark.parametrize(
        "options",
        [
            {},
            {"chunkSize": 2 * MB},
            {"parallelUploads": 3},
            {"uploadDataDuringCreation": True},
            {"overridePatchMethod": True},
        ],
        ids=str,
    )
    async def test_a_file_arrives_whole_from_tus_js_client(
        tenant: Tenant, tmp_path: Path, js: Js, options: dict[str, Any]
    ):
        file = picture(tmp_path / "js.png", megapixels=4)
        batch = await tenant.open_batch(file)
        await js.send(file, url=tenant.ingest.url, token=tenant.token, batch=batch, **options)
        assert await tenant.submitted(batch) == [file.read_bytes()]

    @pytest.mark.parametrize("parallel", [1, 3])
    async def test_tus_js_client_goes_on_after_cuts(tenant: Tenant, tmp_path: Path, js: Js, parallel: int):
        file, chance = picture(tmp_path / "js.png", megapixels=5), random.Random(parallel)
        batch = await tenant.open_batch(file)
        async with wire_to(tenant.ingest.port) as wire:
            wire.cut_after = [chance.randrange(10_000, 4 * MB) for _ in range(4)]
            await js.send(file, url=wire.url, token=tenant.token, batch=batch, parallelUploads=parallel)
        assert wire.cuts
        assert await tenant.submitted(batch) == [file.read_bytes()]

    @pytest.mark.parametrize("options", [{}, {"chunkSize": 2 * MB}, {"parallelUploads": 3}], ids=str)
    async def test_a_file_arrives_whole_from_uppy_through_the_door(
        tenant: Tenant, tmp_path: Path, js: Js, door: str, options: dict[str, Any]
    ):
        file = picture(tmp_path / "uppy.png", megapixels=4)
        batch = await tenant.open_batch(file)
        url = await js.send(file, url=door, token=tenant.token, batch=batch, by="uppy_send.mjs", **options)
        assert url.startswith(f"{door}/api/uploads/")
        assert await tenant.submitted(batch) == [file.read_bytes()]

    async def test_uppy_goes_on_after_cuts(tenant: Tenant, tmp_path: Path, js: Js):
        file, chance = picture(tmp_path / "uppy.png", megapixels=5), random.Random(7)
        batch = await tenant.open_batch(file)
        async with wire_to(tenant.ingest.port) as wire:
            wire.cut_after = [chance.randrange(10_000, 4 * MB) for _ in range(4)]
            await js.send(file, url=wire.url, token=tenant.token, batch=batch, by="uppy_send.mjs")
        assert wire.cuts
        assert await tenant.submitted(batch) == [file.read_bytes()]
