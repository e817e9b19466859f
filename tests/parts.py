"""The real parts for tests: containers where a Docker engine answers and has the images, the local stack elsewhere."""

import asyncio
import os
import shutil
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from ingestio.stack import Stack, Urls
from ingestio.stack.bucket import ensure_bucket

POSTGRES = "postgres:18"
RABBITMQ = "rabbitmq:4-management"
SEAWEEDFS = "chrislusf/seaweedfs:4.48"


@asynccontextmanager
async def real_parts(home: Path) -> AsyncIterator[Urls]:
    """PostgreSQL, RabbitMQ and S3, fresh and empty; INGESTIO_TEST_PARTS=docker or =local decides when it is set."""
    wanted = os.environ.get("INGESTIO_TEST_PARTS") or await _docker_or_local()
    if wanted == "docker":
        with ExitStack() as containers:
            yield await _containers(containers)
    else:
        async with Stack(home) as urls:
            yield urls


async def _docker_or_local() -> str:
    """Docker only when the images are there: a registry may be out of reach."""
    if not shutil.which("docker"):
        return "local"
    asking = await asyncio.create_subprocess_exec(
        *("docker", "image", "inspect", POSTGRES, RABBITMQ, SEAWEEDFS), stdout=DEVNULL, stderr=DEVNULL
    )
    return "docker" if await asking.wait() == 0 else "local"


async def _containers(containers: ExitStack) -> Urls:
    def start() -> tuple[PostgresContainer, DockerContainer, DockerContainer]:
        postgres = PostgresContainer(POSTGRES, driver=None)
        rabbitmq = (
            DockerContainer(RABBITMQ)
            .with_exposed_ports(5672, 15672)
            .waiting_for(LogMessageWaitStrategy("Server startup complete"))
        )
        config = Path(__file__).parent / "seaweedfs.json"
        s3 = (
            DockerContainer(SEAWEEDFS)
            .with_command("server -s3 -s3.config=/etc/s3.json")
            .with_volume_mapping(str(config), "/etc/s3.json")
            .with_exposed_ports(8333)
            .waiting_for(LogMessageWaitStrategy("Start Seaweed S3 API Server"))
        )
        return tuple(containers.enter_context(part) for part in (postgres, rabbitmq, s3))  # type: ignore[return-value]  # there are three

    postgres, rabbitmq, s3 = await asyncio.to_thread(start)
    url = f"http://key:secret@{s3.get_container_host_ip()}:{s3.get_exposed_port(8333)}/ingestio"
    await ensure_bucket(url)
    broker = f"{rabbitmq.get_container_host_ip()}:{rabbitmq.get_exposed_port(5672)}"
    return Urls(
        postgres=postgres.get_connection_url(),
        rabbitmq=f"amqp://guest:guest@{broker}/",
        rabbitmq_management=f"http://guest:guest@{rabbitmq.get_container_host_ip()}:{rabbitmq.get_exposed_port(15672)}",
        s3=url,
    )
