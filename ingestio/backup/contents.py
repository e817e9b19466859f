"""What a backup is: a folder with a dump a service, the bucket's objects, and a list of it all, which is written last."""

import hashlib
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel

from ingestio.client import TroubleError

LIST = "backup.json"
BUCKET = "bucket"


class Dump(BaseModel):
    """The tables of one service, at one revision of theirs."""

    service: str
    revision: str
    size: int
    sha256: str

    @property
    def file(self) -> str:
        return f"{self.service}.dump"


class Contents(BaseModel):
    """A whole backup. Objects were copied after the last dump, so that whatever a row names is there."""

    begun_at: datetime
    seconds: float
    dumps: tuple[Dump, ...]
    objects: int
    object_bytes: int


def begin(folder: Path) -> None:
    """Make the folder, readable by its owner only. Raises TroubleError where something is in it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()):
        raise TroubleError(f"{folder} is not empty. A backup takes a folder of its own.")


def write_contents(folder: Path, contents: Contents) -> None:
    (folder / LIST).write_text(contents.model_dump_json(indent=1) + "\n")


def read_contents(folder: Path) -> Contents:
    """What the folder holds, looked at. Raises TroubleError for no whole backup, or one whose bytes have changed."""
    file = folder / LIST
    if not file.exists():
        raise TroubleError(f"{folder} is no backup, or one that did not come to its end: there is no {LIST}.")
    contents = Contents.model_validate_json(file.read_text())
    for dump in contents.dumps:
        path = folder / dump.file
        if not path.exists() or digest(path) != dump.sha256:
            raise TroubleError(f"{path} is not what was backed up.")
    return contents


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
