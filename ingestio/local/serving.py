"""Runs the whole system until it is told to stop, and says what people need to know."""

import asyncio
import signal
import socket
from collections.abc import Coroutine
from typing import Any

import uvloop
from rich.console import Console

from ingestio.checkout import ROOT
from ingestio.client import Client, TroubleError
from ingestio.home import Home
from ingestio.local.readiness import NotReadyError
from ingestio.local.reload import reload_on_change
from ingestio.local.system import running_system
from ingestio.stack import StackError
from shared.logs import configure_logs
from shared.telemetry import configure_traces


def serve(home: Home, door: socket.socket, *, processes: bool, reload: bool, invite: bool, console: Console) -> None:
    """Run until SIGINT or SIGTERM; with `invite` it says how one gets in. Raises TroubleError when it cannot start."""
    with (home.logs / "ingestio.log").open("a", buffering=1) as log_file:
        configure_logs(log_file)
        configure_traces("ingestio")
        try:
            run_until_told(_serve(home, door, processes=processes, reload=reload, invite=invite, console=console))
        except StackError as error:
            raise TroubleError(str(error)) from error
        except NotReadyError as error:
            raise TroubleError(f"Not ready in time: {error}. See the logs in {home.logs}.") from error


async def _serve(
    home: Home, door: socket.socket, *, processes: bool, reload: bool, invite: bool, console: Console
) -> None:
    async with running_system(home, door, processes=processes or reload, say=console.print) as address:
        if invite:
            await _invite(home, address, console)
        try:
            await (reload_on_change(home, root=ROOT, say=console.print) if reload else asyncio.Event().wait())
        finally:
            console.print("Stopping")


async def _invite(home: Home, address: str, console: Console) -> None:
    console.print(f"\n[bold green]IngestIO is ready:[/] [bold]{address}[/]")
    link = await asyncio.to_thread(_sign_in_link, address, home.token())
    for line in (
        f"Sign in once by [bold]{link}[/]; another link: ingestio sign-in",
        f"Token of the local tenant: {home.token()}",
        f"Data and logs: {home.path}. Stop with Ctrl-C.\n",
    ):
        console.print(line, highlight=False, soft_wrap=True)


def _sign_in_link(address: str, token: str) -> str:
    with Client(address, token) as client:
        return client.sign_in_link()


def run_until_told(work: Coroutine[Any, Any, None]) -> None:
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
        try:
            await task
        except asyncio.CancelledError:
            if not told:
                raise

    uvloop.run(until_told())
