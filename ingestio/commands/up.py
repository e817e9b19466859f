"""`ingestio up`: the whole system on this machine, until Ctrl-C."""

import os
import socket
from typing import Annotated

import typer

from ingestio.client import TroubleError
from ingestio.connection import DEFAULT_HOME, HomeFolder
from ingestio.home import Home, HomeInUseError
from ingestio.local.ports import free_port, listen_on
from ingestio.terminal import new_console


def up(
    *,
    processes: Annotated[bool, typer.Option("--processes", help="One process a service.")] = False,
    reload: Annotated[
        bool, typer.Option("--reload", help="The same, each started anew when its files change.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Do not say how one gets in: for a program that starts it.")
    ] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where it answers; 0 takes a free one.")] = 8080,
    home: HomeFolder = DEFAULT_HOME,
) -> None:
    """Start everything, print the address and the token, run until Ctrl-C.

    Example: ingestio up --port 8081 --processes
    """
    local = Home(home)
    try:
        with local.held(), _door(port or free_port()) as door:
            # Imported here because its libraries take seconds, which the other commands do without.
            from ingestio.local.serving import serve  # noqa: PLC0415  # as said above

            serve(local, door, processes=processes, reload=reload, invite=not quiet, console=new_console())
    except HomeInUseError as error:
        raise TroubleError(f"IngestIO runs in {home} already: {local.address() or 'it is starting'}.") from error


def _door(port: int) -> socket.socket:
    try:
        return listen_on(port)
    except OSError as error:
        raise TroubleError(
            f"Port {port} cannot be used ({os.strerror(error.errno or 0)}). Choose another: ingestio up --port 8081"
        ) from error
