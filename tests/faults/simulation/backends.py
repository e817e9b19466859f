"""The real connections to the database, few of them, which sessions share."""

from typing import Any

import orjson

from tests.faults.simulation.link import connect
from tests.faults.simulation.lockstep import Lockstep

_CODECS = {
    "json": (str.encode, orjson.loads),
    "jsonb": (lambda text: b"\x01" + text.encode(), lambda raw: orjson.loads(raw[1:])),
}


class Backend:
    """One real connection with its prepared statements."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.pid: int = connection.get_server_pid()
        self.statements: dict[str, Any] = {}
        self.begun = False
        self.used = False


def open_backend(url: str, lockstep: Lockstep) -> Backend:
    """A connection that reads JSON as the product's do."""
    connection = connect(url)
    for name, (encoder, decoder) in _CODECS.items():
        lockstep.run(
            connection.set_type_codec(name, encoder=encoder, decoder=decoder, schema="pg_catalog", format="binary")
        )
    return Backend(connection)
