"""An S3 identity for each service: the folders of the bucket that it reads, and those that it writes.

deploy/secrets.sh writes the same for compose and Kubernetes; a test holds them together.
"""

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit

BUCKET = "ingestio"

# By service: folders it reads, folders it writes and deletes in.
RIGHTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "ingest": (("batches", "uploads", "pages"), ("batches", "uploads", "pages", "results")),
    "classifier": (("batches", "pages"), ("pages",)),
    "extractor": (("pages", "results"), ("results",)),
    "aggregator": ((), ()),
    "exporter": (("results", "exports"), ("exports",)),
    "notifier": ((), ()),
}


def key_of(service: str) -> str:
    return f"{BUCKET}-{service}"


def secret_of(service: str, master: str) -> str:
    """A secret of its own, made of the master's: nobody gets from the one to the other, or to a third."""
    return hmac.new(master.encode(), service.encode(), hashlib.sha256).hexdigest()


def url_of(service: str, url: str, secret: str) -> str:
    """The URL of the same bucket for one service."""
    parts = urlsplit(url)
    return parts._replace(netloc=f"{key_of(service)}:{secret}@{parts.hostname}:{parts.port}").geturl()


def identities(admin_key: str, admin_secret: str, secrets: Mapping[str, str]) -> dict[str, object]:
    """SeaweedFS's key file: the administrator, who makes the bucket, and the services by their secrets."""
    admin = _identity(BUCKET, admin_key, admin_secret, ["Admin"])
    return {
        "identities": [
            admin,
            *(_identity(key_of(name), key_of(name), secrets[name], _actions(name)) for name in RIGHTS),
        ]
    }


def _identity(name: str, key: str, secret: str, actions: list[str]) -> dict[str, object]:
    return {"name": name, "credentials": [{"accessKey": key, "secretKey": secret}], "actions": actions}


def _actions(service: str) -> list[str]:
    """Deleting a folder takes listing it. Everybody may look whether the store is there: at an object without content."""
    reads, writes = RIGHTS[service]
    read = [f"Read:{BUCKET}/{folder}/*" for folder in reads]
    changed = [f"{action}:{BUCKET}/{folder}/*" for folder in writes for action in ("Write", "List")]
    return [f"Read:{BUCKET}/.ready*", *read, *changed]
