"""What each service of a local system reads from its environment."""

from collections.abc import Mapping

from ingestio.home import Passwords
from ingestio.local.ports import LOOPBACK, url_on
from ingestio.local.stores import Stores
from shared.migrations import url_of


def settings_of(service: str, stores: Stores, passwords: Passwords, *, port: int, ingest_port: int) -> dict[str, str]:
    """The settings of one service by name, as its `Settings` takes them."""
    return _own(service, passwords) | {
        "database_url": url_of(stores.postgres, service, "worker", passwords[service]["worker"]),
        "api_database_url": url_of(stores.postgres, service, "api", passwords[service]["api"]),
        "rabbitmq_url": stores.rabbitmq,
        "s3_url": stores.s3,
        "ingest_url": url_on(ingest_port),
        "host": LOOPBACK,
        "port": str(port),
    }


def _own(service: str, passwords: Passwords) -> dict[str, str]:
    if service != "notifier":
        return {}
    # Whoever tries webhooks on one machine has the receiver there too.
    return {"webhook_networks": "127.0.0.0/8, ::1", "sealing_keys": passwords[service]["owner"]}


def as_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Settings as environment variables, prefix INGESTIO_."""
    return {f"INGESTIO_{name.upper()}": value for name, value in settings.items()}
