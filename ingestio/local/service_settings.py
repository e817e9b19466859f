"""What each service of a local system reads from its environment."""

import json
from collections.abc import Mapping
from typing import Any

from ingestio.home import Passwords
from ingestio.local.ports import LOOPBACK, url_on
from ingestio.stack import Urls
from shared.broker_users import url_of_user
from shared.migrations import SERVICES, url_of


def settings_of(service: str, stores: Urls, passwords: Passwords, *, ports: Mapping[str, int]) -> dict[str, Any]:
    """The settings of one service by name, as its `Settings` takes them; `ports` says where each service answers."""
    return _own(service, passwords, ports) | {
        "database_url": url_of(stores.postgres, service, "worker", passwords[service]["worker"]),
        "api_database_url": url_of(stores.postgres, service, "api", passwords[service]["api"]),
        "rabbitmq_url": broker_url(stores, service),
        "s3_url": stores.s3_of(service),
        "ingest_url": url_on(ports["ingest"]),
        "host": LOOPBACK,
        "port": str(ports[service]),
    }


def broker_url(stores: Urls, service: str) -> str:
    """Under the service's own user where the broker has one."""
    password = stores.broker_password(service)
    return url_of_user(stores.rabbitmq, service, password) if password else stores.rabbitmq


def _own(service: str, passwords: Passwords, ports: Mapping[str, int]) -> dict[str, Any]:
    match service:
        case "ingest":
            return {"audit_urls": {name: url_on(ports[name]) for name in SERVICES if name != service}}
        case "notifier":
            # Whoever tries webhooks on one machine has the receiver there too.
            return {"webhook_networks": "127.0.0.0/8, ::1", "sealing_keys": passwords[service]["owner"]}
    return {}


def as_environment(settings: Mapping[str, Any]) -> dict[str, str]:
    """Settings as environment variables, prefix INGESTIO_."""
    return {
        f"INGESTIO_{name.upper()}": value if isinstance(value, str) else json.dumps(value)
        for name, value in settings.items()
    }
