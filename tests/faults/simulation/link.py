"""A real connection of asyncpg without an event loop: what it sends goes out at once, and its answer is read where it is wanted.

The driver awaits one answer at a time. An event loop of its own between it and the socket cost as much as the statements.
"""

import select
import socket
from collections.abc import Callable, Coroutine, Generator, Iterable
from time import monotonic
from typing import Any, Generic, TypeVar

import asyncpg
from asyncpg.connect_utils import _connect

T = TypeVar("T")

SOCKETS = "ingestio-simulation"
"""Where the server's local sockets are, in the kernel's own name space: Linux has that, and needs no folder for it."""

_PIECE = 1 << 16


class Answer:
    """What the driver awaits; as much of a future as it uses."""

    def __init__(self, link: "Link") -> None:
        self._link = link
        self._done = False
        self._value: Any = None
        self._error: BaseException | None = None

    def done(self) -> bool:
        return self._done

    def cancelled(self) -> bool:
        return False

    def set_result(self, value: Any) -> None:
        self._done, self._value = True, value

    def set_exception(self, error: BaseException) -> None:
        self._done, self._error = True, error

    def add_done_callback(self, _heard: Callable[[Any], object]) -> None:
        """The driver wants to hear of cancellation only, which does not happen."""

    def come(self, *, within: float | None = None) -> bool:
        """Read until it is there, for so many seconds at most; whether it is."""
        while not self._done:
            if not self._link.read(within=within):
                return False
        return True

    def __await__(self) -> Generator["Answer", None, Any]:
        if not self._done:
            yield self
        if self._error:
            raise self._error
        return self._value


class Call(Generic[T]):
    """A coroutine of the driver, run as far as it comes: `waits_for` an answer, or has its `value`."""

    def __init__(self, work: Coroutine[Any, Any, T]) -> None:
        self._work = work
        self.waits_for: Answer | None = None
        self.value: Any = None
        self.go_on()

    def go_on(self) -> None:
        """Raises what the server says."""
        try:
            while (waits_for := self._work.send(None)) is None:
                pass  # it only lets others go first
            self.waits_for = waits_for
        except StopIteration as end:
            self.waits_for, self.value = None, end.value

    def finish(self) -> T:
        """Run it to its end."""
        while self.waits_for:
            self.waits_for.come()
            self.go_on()
        value: T = self.value
        return value


class Link:
    """One socket: to the driver both its event loop and its transport."""

    time = staticmethod(monotonic)

    def __init__(self) -> None:
        self._protocol: Any = None
        self._socket: socket.socket | None = None

    def create_future(self) -> Answer:
        return Answer(self)

    def get_debug(self) -> bool:
        return False

    def is_closed(self) -> bool:
        return self._socket is None

    async def create_connection(self, factory: Callable[[], Any], host: str, port: int) -> tuple["Link", Any]:
        self._socket = _nearest(host, port)
        self._protocol = factory()
        self._protocol.connection_made(self)
        return self, self._protocol

    def get_extra_info(self, name: str) -> Any:
        return self._socket if name == "socket" else None

    def write(self, data: memoryview) -> None:
        assert self._socket
        self._socket.sendall(data)

    def writelines(self, pieces: Iterable[bytes]) -> None:
        self.write(memoryview(b"".join(pieces)))

    def pause_reading(self) -> None:
        """It reads only when it is asked to."""

    def resume_reading(self) -> None:
        """As above."""

    def read(self, *, within: float | None) -> bool:
        """Hand the driver what has come; whether anything came."""
        assert self._socket
        if within is not None and not select.select([self._socket], [], [], within)[0]:
            return False
        if data := self._socket.recv(_PIECE):
            self._protocol.data_received(data)
        else:
            self._protocol.connection_lost(None)
        return True

    def abort(self) -> None:
        if self._socket:
            self._socket.close()
            self._socket = None

    close = abort


def _nearest(host: str, port: int) -> socket.socket:
    """The server's local socket where it has one: the way through the network's layers takes as long again."""
    near = socket.socket(socket.AF_UNIX)
    try:
        near.connect(f"\0{SOCKETS}/.s.PGSQL.{port}")
    except OSError:
        near.close()
        return socket.create_connection((host, port))
    return near


def connect(url: str) -> Any:
    """A connection of asyncpg whose coroutines are run by `Call`. Raises what asyncpg.connect raises."""
    options = dict.fromkeys(
        (
            *("host", "port", "user", "password", "passfile", "service", "servicefile", "direct_tls", "database"),
            *("server_settings", "command_timeout", "krbsrvname", "gsslib", "target_session_attrs"),
        )
    )
    return Call(
        _connect(
            **options,
            dsn=url,
            ssl=False,
            loop=Link(),
            connection_class=asyncpg.Connection,
            record_class=asyncpg.Record,
            statement_cache_size=200,
            max_cached_statement_lifetime=0,
            max_cacheable_statement_size=1 << 16,
        )
    ).finish()
