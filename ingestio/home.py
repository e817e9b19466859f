"""The folder of a local system: its token, its passwords, where it answers, which processes it runs."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_PASSWORDS = "database-passwords.json"

Passwords = Mapping[str, Mapping[str, str]]


class HomeInUseError(Exception):
    """Another process runs the system of this folder."""


class Home:
    """Secrets are made once and readable by their owner only."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    def create(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.logs.mkdir(exist_ok=True)

    def token(self) -> str:
        """The token of the local tenant: `igt_` and 43 characters."""
        if (known := self._read("token")) is None:
            known = f"igt_{secrets.token_urlsafe(32)}"
            self._write_private("token", known)
        return known

    def passwords(self) -> Passwords:
        """The database passwords by service, then by role; a service that is new since last time gets its own."""
        known: Passwords = json.loads(self._read(_PASSWORDS) or "{}")
        passwords = {**new_passwords(), **known}
        if passwords.keys() != known.keys():
            self._write_private(_PASSWORDS, json.dumps(passwords))
        return passwords

    def address(self) -> str | None:
        """Where the running system answers, like `http://127.0.0.1:8080`; None when it was stopped cleanly."""
        return self._read("address")

    def known_token(self) -> str | None:
        """The token when there is one already."""
        return self._read("token")

    def processes(self) -> dict[str, int]:
        """The pids of the services by name, as last written."""
        pids: dict[str, int] = json.loads(self._read("services.json") or "{}")
        return pids

    def write_processes(self, pids: Mapping[str, int]) -> None:
        self._replace("services.json", json.dumps(pids, indent=2))

    def write_postgres_url(self, url: str) -> None:
        """Where the tables are, with the administrator's password: for `psql "$(cat .ingestio/postgres-url)"`."""
        self._write_private("postgres-url", url)

    def postgres_url(self) -> str | None:
        """The URL that was written last; the server may have been stopped since."""
        return self._read("postgres-url")

    def write_bucket_url(self, url: str) -> None:
        """Where the files are, with the administrator's key: for backups."""
        self._write_private("bucket-url", url)

    def bucket_url(self) -> str | None:
        """As `postgres_url`."""
        return self._read("bucket-url")

    def write_broker_url(self, url: str) -> None:
        """Where the queues are, with the administrator's password: for `ingestio doctor`."""
        self._write_private("broker-url", url)

    def broker_url(self) -> str | None:
        """As `postgres_url`."""
        return self._read("broker-url")

    @contextmanager
    def answering_at(self, address: str) -> Iterator[None]:
        """While this runs, the folder says where the system answers."""
        self._replace("address", address)
        try:
            yield
        finally:
            (self.path / "address").unlink(missing_ok=True)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder for this process. Raises HomeInUseError."""
        self.create()
        with (self.path / "up.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise HomeInUseError(str(self.path)) from error
            yield

    def _read(self, name: str) -> str | None:
        try:
            return (self.path / name).read_text().strip() or None
        except FileNotFoundError:
            return None

    def _write_private(self, name: str, text: str) -> None:
        self.create()
        with os.fdopen(os.open(self.path / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text + "\n")

    def _replace(self, name: str, text: str) -> None:
        """Whole or not at all: readers never see half a file."""
        fresh = self.path / f".{name}.new"
        fresh.write_text(text + "\n")
        fresh.replace(self.path / name)


def new_passwords() -> dict[str, dict[str, str]]:
    # Imported here because its libraries take a second, and only a system that starts needs passwords.
    from shared.migrations import ROLES, SERVICES  # noqa: PLC0415  # as said above

    return {service: {role: secrets.token_urlsafe(24) for role in ROLES} for service in SERVICES}
