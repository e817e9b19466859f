"""Where the parts of a local system find each other, and what each service reads from its environment."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass

from ingestio.home import Passwords
from shared.migrations import url_of

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Stores:
    """The stores of a running stack. `postgres` is an administrator's URL, `s3` ends in the bucket."""

    postgres: str
    rabbitmq: str
    s3: str


def free_port() -> int:
    """A port of the loopback interface that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        port: int = listener.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def url_on(port: int) -> str:
    return f"http://{LOOPBACK}:{port}"


def settings_of(service: str, stores: Stores, passwords: Passwords, *, port: int, ingest_port: int) -> dict[str, str]:
    """The settings of one service by name, as its `Settings` takes them."""
    # Whoever tries webhooks on one machine has the receiver there too.
    own = {"webhook_networks": "127.0.0.0/8, ::1"} if service == "notifier" else {}
    return own | {
        "database_url": url_of(stores.postgres, service, "worker", passwords[service]["worker"]),
        "api_database_url": url_of(stores.postgres, service, "api", passwords[service]["api"]),
        "rabbitmq_url": stores.rabbitmq,
        "s3_url": stores.s3,
        "ingest_url": url_on(ingest_port),
        "host": LOOPBACK,
        "port": str(port),
    }


def as_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Settings as environment variables, prefix INGESTIO_."""
    return {f"INGESTIO_{name.upper()}": value for name, value in settings.items()}
