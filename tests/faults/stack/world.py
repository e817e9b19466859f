"""The system under fault: real parts, a process a service kept alive by our supervisor, and a link of its own between any two."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aio_pika
import asyncpg
import httpx2
from aio_pika.exceptions import AMQPError

from ingestio.checkout import ROOT
from ingestio.local.ports import free_port, url_on
from ingestio.local.service_settings import as_environment, settings_of
from ingestio.local.supervisor import Command, Supervisor
from ingestio.stack import Stack, Urls
from ingestio.stack.errors import StackError
from ingestio.stack.process import Child, Recipe, launch
from ingestio.stack.ready import rabbitmq_answers
from shared.failpoints import VARIABLE
from shared.messaging import declare_topology
from shared.migrations import ROLES, SERVICES, migrate_all, url_of
from tests.faults.record import slowness
from tests.faults.stack.proxy import Link, listening
from tests.faults.stack.storage_link import StorageLink
from tests.faults.stack.stub_model import StubModel, answering
from tests.faults.stack.waiting import until
from tests.plain_http import plain_client

STORES = ("postgres", "rabbitmq", "s3")
SILENCE = "PT6S"  # a pair that is silent for so long is asked again
READY_WITHIN = 60 * slowness()  # seconds


@dataclass
class World:
    """What a case breaks and mends."""

    folder: Path
    urls: Urls
    model: StubModel
    stack: Stack
    passwords: dict[str, dict[str, str]]
    links: dict[tuple[str, str], Link] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=lambda: {name: free_port() for name in SERVICES})
    pids: dict[str, int] = field(default_factory=dict)
    supervisor: Supervisor | None = None

    def url(self, service: str) -> str:
        return url_on(self.ports[service])

    def to(self, store: str) -> list[Link]:
        """Every service's link to a store."""
        return [link for (_, name), link in self.links.items() if name == store]

    def arm(self, service: str, point: str, what: str = "kill") -> Path:
        """Arm a failpoint of a service; the path it is renamed to when it fires."""
        armed = self.folder / "failpoints" / service / point
        armed.write_text(what)
        return armed.with_name(f"{point}.fired")

    def kill(self, service: str, number: signal.Signals = signal.SIGKILL) -> int:
        """Signal a service's process; its pid."""
        pid = self.pids[service]
        os.kill(pid, number)
        return pid

    async def killed(self, service: str) -> None:
        """kill -9, and wait for the next one to be there and ready."""
        pid = self.kill(service)
        await until(lambda: self.is_new(service, pid), within=30)
        await self.ready([service])

    async def ready(self, services: Iterable[str] = SERVICES, *, within: float = READY_WITHIN) -> None:
        async with plain_client(timeout=5) as client:
            for name in services:
                try:
                    await until(partial(is_ready, client, self.url(name)), within=within)
                except TimeoutError as error:
                    last = last_words(self.folder / f"{name}.log")
                    raise TimeoutError(f"{name} is not ready after {within} s; it said last:\n{last}") from error

    async def probe(self, service: str) -> dict[str, bool]:
        async with plain_client(timeout=10) as client:
            return dict((await client.get(f"{self.url(service)}/readyz")).json())

    async def ask(self, service: str, sql: str, *parameters: Any) -> list[Any]:
        """Rows of a service's database, past row-level security's tenant, by its worker role."""
        url = url_of(self.urls.postgres, service, "worker", self.passwords[service]["worker"])
        connection = await asyncpg.connect(url)
        try:
            return list(await connection.fetch(sql, *parameters))
        finally:
            await connection.close()

    async def management(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """Ask the broker's management interface."""
        async with plain_client(timeout=20) as client:
            return await client.request(method, f"{self.urls.rabbitmq_management}{path}", **options)

    def child(self, name: str) -> Child:
        """A process of the stores: postgres, rabbitmq, seaweedfs."""
        (child,) = (child for part in self._children() for child in part if child.recipe.name == name)
        return child

    def _children(self) -> list[list[Child]]:
        assert self.stack._parts is not None
        return self.stack._parts._started

    async def crash(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Signal a store's process and wait for its end."""
        child = self.child(name)
        child.process.send_signal(number)
        await asyncio.to_thread(child.process.wait, 30)

    def run(self, recipe: Recipe) -> Child:
        """Start a process of a store, to be stopped with the others."""
        child = launch(recipe, home=self.stack._home)
        self._children().append([child])
        return child

    async def broker_answers(self) -> None:
        """Wait for the node that was started again; where it does not come, its last words are in the error."""
        node = self.child("rabbitmq")
        try:
            await node.ready(partial(rabbitmq_answers, self.urls.rabbitmq), within=READY_WITHIN)
        except StackError as error:
            said = [last_words(log) for log in (node.log, node.log.with_name("rabbitmq-node.log"))]
            raise StackError("\n".join([str(error), *said])) from error

    def revive(self, name: str) -> None:
        """Start a store's process again, as it was started first."""
        for part in self._children():
            for place, child in enumerate(part):
                if child.recipe.name == name:
                    part[place] = launch(child.recipe, home=self.stack._home)

    async def rabbitmqctl(self, *words: str) -> str:
        """Give the broker's node an order."""
        node = self.child("rabbitmq").recipe
        program = Path(node.command[0]).with_name("rabbitmqctl")
        asking = await asyncio.create_subprocess_exec(
            *(str(program), "-n", node.environ["RABBITMQ_NODENAME"], *words),
            env={name: value for name, value in node.environ.items() if name != "ERL_AFLAGS"},  # for the node alone
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await asking.communicate()
        assert asking.returncode == 0, said.decode()
        return said.decode()

    async def consumers(self, names: Iterable[str]) -> dict[str, int | None]:
        """How many consumers each of these queues has; empty while the broker is away or a queue is missing."""
        try:
            async with await aio_pika.connect(self.urls.rabbitmq) as connection:
                channel = await connection.channel()
                queues = [await channel.declare_queue(name, passive=True) for name in names]
        except (AMQPError, OSError):
            return {}
        return {queue.name: queue.declaration_result.consumer_count for queue in queues}

    @asynccontextmanager
    async def second(self, service: str) -> AsyncIterator[None]:
        """Another replica of a service, ready, while the block runs."""
        port = free_port()
        supervisor = Supervisor({service: command(self, service, port=port)}, changed=lambda _: None)
        try:
            await supervisor.start()
            async with plain_client(timeout=5) as client:
                await until(partial(is_ready, client, url_on(port)), within=READY_WITHIN)
            yield
        finally:
            await supervisor.stop()

    async def start_services(self, environment: Mapping[str, str] | None = None) -> None:
        """Start all, with more in their environment where that is given, and wait until they are ready."""
        commands = {name: command(self, name, environment=environment or {}) for name in SERVICES}
        self.supervisor = Supervisor(commands, changed=self.heard)
        await self.supervisor.start()
        await self.ready()

    async def stop_services(self) -> None:
        if self.supervisor:
            await self.supervisor.stop()

    async def told_to_end(self, service: str) -> int:
        """SIGTERM; its exit code."""
        assert self.supervisor
        process = self.supervisor._running[service]
        process.terminate()
        return await process.wait()

    def heal(self) -> None:
        for link in self.links.values():
            link.heal()

    async def is_new(self, service: str, pid: int) -> bool | None:
        return self.pids.get(service, pid) != pid or None

    def heard(self, pids: Mapping[str, int]) -> None:
        self.pids = dict(pids)


async def is_ready(client: httpx2.AsyncClient, url: str) -> bool | None:
    try:
        return (await client.get(f"{url}/readyz")).status_code == 200 or None
    except httpx2.TransportError:
        return None


@asynccontextmanager
async def running_world(folder: Path, environment: Mapping[str, str] | None = None) -> AsyncIterator[World]:
    async with empty_world(folder) as world:
        await migrate_all(world.urls.postgres, world.passwords)
        await declare_topology(world.urls.rabbitmq)
        await world.start_services(environment)
        yield world


@asynccontextmanager
async def empty_world(folder: Path) -> AsyncIterator[World]:
    """The stores, the model, and a link between any two; no tables and no services."""
    async with AsyncExitStack() as cleanup:
        stack = Stack(folder / "parts")
        urls = await cleanup.enter_async_context(stack)
        model = await cleanup.enter_async_context(answering(StubModel()))
        passwords = {name: {role: f"{name}-{role}-secret" for role in ROLES} for name in SERVICES}
        world = World(folder, urls, model, stack, passwords)
        for service in SERVICES:
            for store in STORES:
                port = urlsplit(getattr(urls, store)).port
                assert port
                world.links[service, store] = await cleanup.enter_async_context(
                    listening(StorageLink(port) if store == "s3" else Link(port))
                )
        cleanup.push_async_callback(world.stop_services)
        yield world


def command(
    world: World,
    service: str,
    *,
    port: int | None = None,
    environment: Mapping[str, str] | None = None,
    code: Path = ROOT,
) -> Command:
    """A service's process, every store behind its own link, with a model and short patience. `code` is the release's.

    `{service}` in a value of `environment` is the service's name.
    """
    (world.folder / "failpoints" / service).mkdir(parents=True, exist_ok=True)
    behind = {store: through(getattr(world.urls, store), world.links[service, store]) for store in STORES}
    values = settings_of(
        service,
        Urls(postgres=behind["postgres"], rabbitmq=behind["rabbitmq"], s3=behind["s3"]),
        world.passwords,
        ports=world.ports | {service: port or world.ports[service]},
    )
    more = {name: value.format(service=service) for name, value in (environment or {}).items()}
    variables = as_environment(values) | {VARIABLE: str(world.folder / "failpoints" / service), "PYTHONPATH": str(code)}
    variables |= {
        "INGESTIO_REASK_AFTER": SILENCE,
        "INGESTIO_MISSED_AFTER": SILENCE,
        "INGESTIO_INSPECTORS": "1",
        "INGESTIO_READERS": "1",
    }
    if service == "extractor":
        variables |= {"INGESTIO_MODEL": "stub", "OPENAI_BASE_URL": world.model.base_url, "OPENAI_API_KEY": "sk-stub"}
    log_file = world.folder / f"{service}.log"
    return Command([sys.executable, "-P", "-m", f"services.{service}"], os.environ | variables | more, log_file)


def last_words(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:])


def through(url: str, link: Link) -> str:
    """The same URL by way of the link."""
    parts = urlsplit(url)
    return url.replace(f"{parts.hostname}:{parts.port}", f"127.0.0.1:{link.port}")
