"""Opens a file in the sandbox: what it is, how many pages it has, and the words it brings along."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from services.ingest.media_type import MediaType
from services.ingest.refusal import RefusedError
from shared.errors import Category, Permanent, Transient
from shared.pages import Pages
from shared.sandbox import (
    ChildNotStartedError,
    ChildOutOfMemoryError,
    ChildTimedOutError,
    Limits,
    Sandbox,
    SandboxError,
)

__all__ = ["Facts", "Inspection", "RefusedError", "inspect", "new_sandbox"]

LIMITS = Limits(memory=512 << 20, cpu_seconds=10, wall_seconds=25, output=64 << 20)


class Facts(BaseModel):
    """What a file is, by its content."""

    model_config = ConfigDict(frozen=True)

    media_type: MediaType
    pages: int


class Inspection(Facts):
    """The facts and the words. `layer` has a page for each page; pages without usable text need OCR."""

    layer: Pages


class _Refusal(BaseModel):
    refused: Category
    message: str


def new_sandbox(*, children: int) -> Sandbox:
    """A sandbox whose children inspect files."""
    return Sandbox("services.ingest.inspection_child:inspect_file", children=children, limits=LIMITS)


async def inspect(path: Path, *, sandbox: Sandbox) -> Inspection:
    """Inspect one file.

    Raises RefusedError with the reason when it is not taken, Permanent when reading it ended the child, Transient when
    no child could be started.
    """
    try:
        answer = await sandbox.run({}, file=path)
    except SandboxError as trouble:
        raise Permanent(
            Category.UNREADABLE, _REASONS.get(type(trouble), "The file makes its reader crash.")
        ) from trouble
    except ChildNotStartedError as trouble:
        raise Transient(Category.INTERNAL, "Files cannot be opened at the moment.") from trouble
    assert isinstance(answer, bytes)
    return _believed(answer)


_REASONS: dict[type[SandboxError], str] = {
    ChildTimedOutError: "Opening the file takes too long.",
    ChildOutOfMemoryError: "Opening the file takes too much memory.",
}


def _believed(answer: bytes) -> Inspection:
    """The answer in our own terms: a child that a hostile file has taken over could say anything."""
    try:
        if answer.startswith(b'{"refused"'):
            refusal = _Refusal.model_validate_json(answer)
            raise RefusedError(refusal.refused, refusal.message)
        return Inspection.model_validate_json(answer)
    except ValidationError as nonsense:
        raise Permanent(Category.UNREADABLE, "The file confuses its reader.") from nonsense
