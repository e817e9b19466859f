"""The real connections to the database, few of them, which sessions share."""

from collections.abc import Coroutine
from typing import Any

import orjson

from tests.faults.simulation.link import connect
from tests.faults.simulation.lockstep import Lockstep

_CODECS = {
    "json": (str.encode, orjson.loads),
    "jsonb": (lambda text: b"\x01" + text.encode(), lambda raw: orjson.loads(raw[1:])),
}


class Backend:
    """One real connection with its prepared statements, which are told to the driver's protocol without its wrappings."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.pid: int = connection.get_server_pid()
        self.statements: dict[str, Any] = {}
        self.begun = False
        self.used = False
        self._protocol = connection._protocol  # the wrappings cost as much as what they wrap

    def fetch(self, prepared: Any, arguments: tuple[Any, ...]) -> Coroutine[Any, Any, tuple[list[Any], bytes, bool]]:
        """The rows of a prepared statement, what it says it did, and whether that is all."""
        found: Coroutine[Any, Any, tuple[list[Any], bytes, bool]] = self._protocol.bind_execute(
            prepared._state,  # as above
            *(arguments, "", 0, True, None),
        )
        return found

    def run(self, sql: str) -> Coroutine[Any, Any, Any]:
        """Statements without parameters and rows."""
        done: Coroutine[Any, Any, Any] = self._protocol.query(sql, None)
        return done


def open_backend(url: str, lockstep: Lockstep) -> Backend:
    """A connection that reads JSON as the product's do."""
    connection = connect(url)
    for name, (encoder, decoder) in _CODECS.items():
        lockstep.run(
            connection.set_type_codec(name, encoder=encoder, decoder=decoder, schema="pg_catalog", format="binary")
        )
    return Backend(connection)
