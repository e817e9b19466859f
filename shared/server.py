"""The HTTP server of a process: answers until it is told to stop, and ends then what would never end by itself."""

import contextlib
import socket

import uvicorn
from fastapi import FastAPI

from shared.connection import Connection


class Server(uvicorn.Server):
    """uvicorn, with its signal handling left to us: a service drains before it stops answering."""

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]  # noqa: ANN201  # as uvicorn declares it
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End what streams without an end, then wait for the answers under way."""
        app = self.config.app
        assert isinstance(app, FastAPI)
        for end in app.state.before_stop:
            end()
        await super().shutdown(sockets)


def new_server(app: FastAPI, *, host: str, port: int) -> Server:
    return Server(
        uvicorn.Config(
            app, host=host, port=port, http=Connection, log_config=None, access_log=False, timeout_graceful_shutdown=4
        )
    )
