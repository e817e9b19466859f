"""`ingestio up`: the whole system on this machine, until Ctrl-C."""

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from typing import Annotated, Any

import typer
from rich.console import Console

from ingestio.client import TroubleError
from ingestio.connection import DEFAULT_HOME, HomeFolder
from ingestio.home import Home, HomeInUseError
from ingestio.local.addresses import free_port, is_free
from ingestio.local.processes import NotReadyError
from ingestio.local.system import running_system
from ingestio.stack import StackError
from ingestio.terminal import new_console
from shared.logs import configure_logs


def up(
    *,
    processes: Annotated[bool, typer.Option("--processes", help="One process a service.")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where it answers; 0 takes a free one.")] = 8080,
    home: HomeFolder = DEFAULT_HOME,
) -> None:
    """Start everything, print the address and the token, run until Ctrl-C."""
    local = Home(home)
    console = new_console()
    try:
        with local.held():
            if port and not is_free(port):
                raise TroubleError(f"Port {port} is taken. Choose another: ingestio up --port 8081")
            with (local.logs / "ingestio.log").open("a", buffering=1) as log_file:
                configure_logs(log_file)
                _run(_serve(local, port=port or free_port(), processes=processes, console=console))
    except HomeInUseError as error:
        raise TroubleError(f"IngestIO runs in {home} already: {local.address() or 'it is starting'}.") from error
    except StackError as error:
        raise TroubleError(str(error)) from error
    except NotReadyError as error:
        raise TroubleError(f"Not ready in time: {error}. See the logs in {local.logs}.") from error


async def _serve(home: Home, *, port: int, processes: bool, console: Console) -> None:
    async with running_system(home, port=port, processes=processes, say=console.print) as address:
        console.print(f"\n[bold green]IngestIO is ready:[/] [bold]{address}[/]")
        console.print(f"Token of the local tenant: {home.token()}", highlight=False, soft_wrap=True)
        console.print(f"Data and logs: {home.path}. Stop with Ctrl-C.\n", highlight=False, soft_wrap=True)
        try:
            await asyncio.Event().wait()
        finally:
            console.print("Stopping")


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run until SIGINT or SIGTERM. The first one ends the work in order; more of them change nothing."""

    async def until_told() -> None:
        task = asyncio.ensure_future(work)
        told = False

        def stop() -> None:
            nonlocal told
            if not told:
                told = True
                task.cancel()

        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop)
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(until_told())
