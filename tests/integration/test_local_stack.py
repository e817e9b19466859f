"""The local stack on its real parts: one stack for the quiet tests, and stacks of their own for the rough ones."""

import asyncio
import contextlib
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aio_pika
import aiormq
import asyncpg
import httpx2
import psutil
import pytest
import urllib3
from aiormq.exceptions import ProbableAuthenticationError
from minio import Minio
from minio.error import S3Error

from ingestio.stack import Stack, StackError, Urls
from tests.faults.record import slowness

START_ALONE = """
import asyncio, json, sys
from dataclasses import asdict
from pathlib import Path
from ingestio.stack import Stack

async def main():
    urls = await Stack(Path(sys.argv[1])).start()
    print(json.dumps(asdict(urls)), flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # Deeper than the path of a socket may be.
    return tmp_path_factory.mktemp("stack") / ("deep" * 15) / ("deeper" * 10) / ".ingestio"


@pytest.fixture(scope="module")
def beyond_loopback() -> set[tuple[str, str, int]]:
    """Program, address and port of what listened there at any moment of the stack's start."""
    return set()


@pytest.fixture(scope="module")
async def urls(home: Path, beyond_loopback: set[tuple[str, str, int]]) -> AsyncIterator[Urls]:
    stack = Stack(home)
    watching = asyncio.create_task(_watch_listeners(beyond_loopback))
    try:
        urls = await stack.start()
    finally:
        watching.cancel()
    yield urls
    await stack.stop()


@pytest.fixture
def pool() -> Iterator[urllib3.PoolManager]:
    pool = urllib3.PoolManager(retries=False, timeout=10)
    yield pool
    pool.clear()


def s3_client(url: str, pool: urllib3.PoolManager) -> Minio:
    parts = urlsplit(url)
    return Minio(
        f"{parts.hostname}:{parts.port}",
        access_key=parts.username,
        secret_key=parts.password,
        secure=False,
        region="us-east-1",
        http_client=pool,
    )


def with_password(url: str, password: str) -> str:
    parts = urlsplit(url)
    assert parts.password is not None
    return url.replace(parts.password, password)


def recorded(home: Path) -> dict[str, psutil.Process]:
    return {file.stem: psutil.Process(json.loads(file.read_text())["pid"]) for file in (home / "run").glob("*.json")}


def runs(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def test_everything_answers_with_the_urls_it_returned(urls: Urls, pool: urllib3.PoolManager):
    database = await asyncpg.connect(urls.postgres)
    assert await database.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    assert await database.fetchval("SHOW fsync") == "on"
    assert await database.fetchval("SHOW max_connections") == "200"
    await database.close()
    async with await aio_pika.connect(urls.rabbitmq) as broker:
        assert not broker.is_closed
    async with httpx2.AsyncClient(trust_env=False) as client:
        assert (await client.get(f"{urls.rabbitmq_management}/api/overview")).status_code == 200
    assert await asyncio.to_thread(s3_client(urls.s3, pool).bucket_exists, "ingestio")


@pytest.mark.usefixtures("urls")
def test_only_loopback_is_listened_on_also_while_it_starts(beyond_loopback: set[tuple[str, str, int]]):
    assert beyond_loopback | _listeners_beyond_loopback() == set()


async def test_postgres_refuses_a_wrong_password(urls: Urls):
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(with_password(urls.postgres, "wrong"))


@pytest.mark.parametrize("login", ["ingestio:wrong", "guest:guest"])
async def test_rabbitmq_refuses_a_wrong_password_and_knows_no_guest(urls: Urls, login: str):
    parts = urlsplit(urls.rabbitmq)

    with pytest.raises(ProbableAuthenticationError):
        await aiormq.connect(f"amqp://{login}@{parts.hostname}:{parts.port}{parts.path}")


async def test_s3_refuses_a_wrong_secret_and_no_signature(urls: Urls, pool: urllib3.PoolManager):
    with pytest.raises(S3Error, match="SignatureDoesNotMatch"):
        await asyncio.to_thread(s3_client(with_password(urls.s3, "wrong"), pool).list_buckets)
    parts = urlsplit(urls.s3)
    async with httpx2.AsyncClient(trust_env=False) as client:
        assert (await client.get(f"http://{parts.hostname}:{parts.port}/ingestio")).status_code == 403


async def test_s3_takes_an_upload_in_parts_and_hands_out_presigned_links(urls: Urls, pool: urllib3.PoolManager):
    client, content = s3_client(urls.s3, pool), os.urandom(11_000_000)
    await asyncio.to_thread(client.put_object, "ingestio", "large", io.BytesIO(content), -1, part_size=5 * 1024 * 1024)
    link = client.presigned_get_object("ingestio", "large")

    async with httpx2.AsyncClient(trust_env=False) as browser:
        assert (await browser.get(link)).content == content
        assert (await browser.get(link.replace("large", "other"))).status_code == 403


async def test_a_second_start_in_the_same_folder_names_the_process_that_runs_there(urls: Urls, home: Path):
    with pytest.raises(StackError, match=f"already running .process {os.getpid()}"):
        await Stack(home).start()


async def test_urls_in_the_environment_win_and_nothing_is_started(
    urls: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("INGESTIO_POSTGRES_URL", urls.postgres)
    monkeypatch.setenv("INGESTIO_RABBITMQ_URL", urls.rabbitmq)
    monkeypatch.setenv("INGESTIO_S3_URL", urls.s3.replace("/ingestio", "/another"))

    async with Stack(tmp_path) as given:
        elsewhere = urls.s3.replace("/ingestio", "/another")
        assert given == replace(urls, rabbitmq_management=None, s3=elsewhere, s3_is_ours=False)
        assert recorded(tmp_path) == {}


async def test_a_given_server_with_another_password_is_told_at_once(
    urls: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("INGESTIO_POSTGRES_URL", with_password(urls.postgres, "wrong"))
    monkeypatch.setenv("INGESTIO_RABBITMQ_URL", urls.rabbitmq)
    monkeypatch.setenv("INGESTIO_S3_URL", urls.s3)

    with pytest.raises(StackError, match="PostgreSQL refused us"):
        await Stack(tmp_path).start()


async def test_data_survives_a_prompt_restart_and_a_kill_and_nothing_of_ours_runs_in_between(
    tmp_path: Path, pool: urllib3.PoolManager
):
    stack = Stack(tmp_path)
    begun = time.monotonic()
    first = await stack.start()  # beside another stack, with initdb
    assert time.monotonic() - begun < 20 * slowness()
    await store(first, pool)
    processes = [one for process in recorded(tmp_path).values() for one in (process, *process.children(recursive=True))]
    assert {"postgres", "weed", "beam.smp", "epmd"} <= {process.name() for process in processes}
    begun = time.monotonic()
    await stack.stop()
    assert time.monotonic() - begun < 5 * slowness()
    assert [process for process in processes if runs(process)] == []

    second = await stack.start()
    assert second == first
    await assert_stored(second, pool)
    # Killed later than a clean stop: RabbitMQ 3.10 loses a quorum queue that is declared half a second before its death.
    for process in recorded(tmp_path).values():
        process.kill()
    await stack.stop()

    third = await stack.start()
    await assert_stored(third, pool)
    await stack.stop()


async def test_without_the_broker_postgres_and_s3_run_alone(tmp_path: Path):
    async with Stack(tmp_path).without_broker() as (postgres, _):
        await (await asyncpg.connect(postgres)).close()
        assert recorded(tmp_path).keys() == {"postgres", "seaweedfs"}
    assert recorded(tmp_path) == {}


async def test_what_a_killed_owner_left_is_healed_with_its_data(tmp_path: Path, pool: urllib3.PoolManager):
    owner = await asyncio.create_subprocess_exec(
        sys.executable, "-c", START_ALONE, str(tmp_path), stdout=subprocess.PIPE
    )
    assert owner.stdout is not None
    urls = Urls(**json.loads(await owner.stdout.readline()))
    await store(urls, pool)
    left = recorded(tmp_path)
    owner.kill()
    await owner.wait()

    async with Stack(tmp_path) as healed:
        assert not any(runs(process) for process in left.values())
        assert healed == urls
        await assert_stored(healed, pool)


async def store(urls: Urls, pool: urllib3.PoolManager) -> None:
    database = await asyncpg.connect(urls.postgres)
    await database.execute("CREATE TABLE kept (word text); INSERT INTO kept VALUES ('row')")
    await database.close()
    await asyncio.to_thread(s3_client(urls.s3, pool).put_object, "ingestio", "kept", io.BytesIO(b"object"), 6)
    async with await aio_pika.connect(urls.rabbitmq) as broker:
        channel = await broker.channel()
        queue = await channel.declare_queue("kept", durable=True, arguments={"x-queue-type": "quorum"})
        message = aio_pika.Message(b"message", delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await channel.default_exchange.publish(message, queue.name)


async def assert_stored(urls: Urls, pool: urllib3.PoolManager) -> None:
    database = await asyncpg.connect(urls.postgres)
    assert await database.fetchval("SELECT word FROM kept") == "row"
    await database.close()
    answer = await asyncio.to_thread(s3_client(urls.s3, pool).get_object, "ingestio", "kept")
    assert answer.data == b"object"
    answer.release_conn()
    async with await aio_pika.connect(urls.rabbitmq) as broker:
        channel = await broker.channel()
        queue = await channel.declare_queue("kept", passive=True)
        assert (await queue.get(timeout=10)).body == b"message"


async def _watch_listeners(seen: set[tuple[str, str, int]]) -> None:
    while True:
        seen |= await asyncio.to_thread(_listeners_beyond_loopback)
        await asyncio.sleep(0.02)


def _listeners_beyond_loopback() -> set[tuple[str, str, int]]:
    """Of all processes under this one."""
    return {
        (name, *connection.laddr)
        for process in psutil.Process().children(recursive=True)
        for name, connections in _connections(process)
        for connection in connections
        if connection.status == psutil.CONN_LISTEN and connection.laddr.ip not in {"127.0.0.1", "::1"}
    }


def _connections(process: psutil.Process) -> Iterator[tuple[str, list[Any]]]:
    with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):  # it ends meanwhile
        yield process.name(), process.net_connections("inet")
