"""`ingestio sign-in`: a link that signs a browser in."""

import typer

from ingestio.connection import DEFAULT_HOME, HomeFolder, connect


def sign_in(home: HomeFolder = DEFAULT_HOME) -> None:
    """Print a link that signs a browser in to the web page: once, within ten minutes.

    Example: ingestio sign-in
    """
    with connect(home) as client:
        typer.echo(client.sign_in_link())
