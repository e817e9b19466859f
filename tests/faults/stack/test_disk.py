"""A disk that fills up under PostgreSQL or under what is being uploaded: refused meanwhile, resumed by itself afterwards."""

import asyncio
import os
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from ingestio.stack.postgres import programs
from ingestio.stack.ready import postgres_answers, wait_ready
from tests.faults.record import RecordCase
from tests.faults.stack.checker import settled
from tests.faults.stack.history import Tenant, tenants_of
from tests.faults.stack.loads import hand_in
from tests.faults.stack.scenario import flow
from tests.faults.stack.stub_model import SCHEMA
from tests.faults.stack.world import World, running_world
from tests.integration.chain import an_invoice

SIZES = {"postgres": "900m", "spool": "64m"}
FULL_SECONDS = 20
REFUSALS = {503, 507}


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[None]:
    """A file system of its own at this place, in memory."""
    place.mkdir(parents=True, exist_ok=True)
    assert os.geteuid() == 0, (
        "R32 mounts a small disk, which only root may: run it as root, or leave it out: --without R32"
    )
    subprocess.run(["/bin/mount", "-t", "tmpfs", "-o", f"size={size}", "ingestio-faults", place], check=True)
    try:
        yield
    finally:
        subprocess.run(["/bin/umount", "--lazy", place], check=True)


@pytest.fixture(params=SIZES)
async def cramped(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[World, Path]]:
    """A world of its own in which one part has a small disk."""
    (tmp_path / "spool").mkdir()
    disk = tmp_path / ("parts/postgres" if request.param == "postgres" else "spool")
    with small_disk(disk, SIZES[request.param]):
        disk.chmod(0o777)
        async with running_world(tmp_path, {"INGESTIO_SPOOL_FOLDER": str(tmp_path / "spool")}) as world:
            yield world, disk


@pytest.mark.full("R32")
async def test_a_full_disk_is_refused_and_resumes_by_itself(cramped: tuple[World, Path], record_case: RecordCase):
    case, (world, disk) = record_case("R32"), cramped
    async with tenants_of(world, 3) as tenants:
        await hand_in(tenants, batches=1, documents=3)
        codes = await _while_full(world, disk, tenants[0])
        case.injected(f"{disk.name} full, upload", len(codes))
        healed = time.monotonic()
        await _revived(world)
        await flow(tenants[1])
        case.took("flows again", time.monotonic() - healed, limit=30)
        case.figure = f"uploads answered {sorted(set(codes))}"
        wrong = await settled(world, tenants, within=90)

    assert wrong == []
    assert set(codes) <= {202, *REFUSALS}
    assert set(codes) & REFUSALS
    assert await _is_sound(world)


async def _while_full(world: World, disk: Path, tenant: Tenant) -> list[int]:
    """What uploads are answered while there is no space left; then there is again."""
    ballast, over, codes = disk / "ballast", time.monotonic() + FULL_SECONDS, []
    while time.monotonic() < over:
        await asyncio.to_thread(_fill, ballast)
        codes.append(await _upload(world, tenant))
        await asyncio.sleep(0.5)
    ballast.unlink()
    return codes


def _fill(ballast: Path) -> None:
    """To the last byte, also what was freed since the last time."""
    with ballast.open("ab", buffering=0) as file:
        try:
            while file.write(bytes(1 << 20)):
                pass
        except OSError:
            return


async def _upload(world: World, tenant: Tenant) -> int:
    """The answer's status; what was accepted has to be read in the end."""
    form = [("files", (f"{number}.pdf", an_invoice() + bytes(200_000))) for number in range(3)]
    data = {"prompt": "Number and total", "json_schema": SCHEMA}
    try:
        answer = await tenant.client.post(f"{world.url('ingest')}/api/batches", files=form, data=data, timeout=30)
    except httpx2.TransportError:
        return 503
    if answer.status_code == 202:
        tenant.take_note(answer.json())
    return answer.status_code


async def _revived(world: World) -> None:
    """PostgreSQL ends when it cannot write its log: whoever keeps it starts it again, as an orchestrator would."""
    if world.child("postgres").process.poll() is not None:
        world.revive("postgres")
    await wait_ready(partial(postgres_answers, world.urls.postgres), what="PostgreSQL", within=60)
    await world.ready()


async def _is_sound(world: World) -> bool:
    """What `pg_amcheck` says of every table and index."""
    url = urlsplit(world.urls.postgres)
    checking = await asyncio.create_subprocess_exec(
        programs() / "pg_amcheck",
        *("--all", "--install-missing", "-h", "127.0.0.1", "-p", str(url.port), "-U", "postgres"),
        env={**os.environ, "PGPASSWORD": url.password or ""},
    )
    return await checking.wait() == 0
