"""Which server the commands talk to: the environment decides, else the system that runs in the home folder."""

import os
from pathlib import Path
from typing import Annotated

import typer

from ingestio.client import Client, TroubleError
from ingestio.home import Home

HomeFolder = Annotated[
    Path, typer.Option("--home", envvar="INGESTIO_HOME", help="Folder of the local system: its data and its token.")
]
DEFAULT_HOME = Path(".ingestio")


def connect(home: Path) -> Client:
    """A client of the server that INGESTIO_URL and INGESTIO_TOKEN name, or of the local one. Raises TroubleError."""
    local = Home(home)
    url = os.environ.get("INGESTIO_URL") or local.address()
    if not url:
        raise TroubleError(
            f"No IngestIO runs in {home}.\nStart one with `ingestio up`, or set INGESTIO_URL and INGESTIO_TOKEN."
        )
    token = os.environ.get("INGESTIO_TOKEN") or local.known_token()
    if not token:
        raise TroubleError(f"There is no token for {url}.\nSet INGESTIO_TOKEN.")
    return Client(url.rstrip("/"), token)
