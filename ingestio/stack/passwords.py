"""The generated passwords of a local stack, in one file that only its owner may read."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path


def _generated() -> str:
    return secrets.token_hex(20)  # no character that means something in a URL, a shell or a configuration file


@dataclass(frozen=True)
class Passwords:
    postgres: str = field(default_factory=_generated, repr=False)
    rabbitmq: str = field(default_factory=_generated, repr=False)
    erlang_cookie: str = field(default_factory=_generated, repr=False)
    s3_key: str = field(default_factory=_generated, repr=False)
    s3_secret: str = field(default_factory=_generated, repr=False)


def remembered_passwords(file: Path) -> Passwords:
    """The passwords of last time, else new ones, written with mode 0600."""
    if file.exists():
        return Passwords(**json.loads(file.read_text()))
    passwords = Passwords()
    write_private(file, json.dumps(asdict(passwords), indent=2))
    return passwords


def write_private(file: Path, text: str) -> None:
    """Write a file with mode 0600, whole or not at all."""
    draft = file.with_name(file.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
    draft.replace(file)
