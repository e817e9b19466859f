"""The files of a form with their verdicts: inspected in the sandbox, and measured against the quota."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from services.ingest.form import ReceivedFile
from services.ingest.inspection import Inspection, RefusedError, inspect
from services.ingest.quota import Quota, fitting
from shared.errors import Category, DocumentError, Permanent, Stage
from shared.sandbox import Sandbox


@dataclass(frozen=True)
class Candidate:
    """One file of the form with its verdict: inspected, or refused with an error."""

    document_id: UUID
    position: int
    file: ReceivedFile
    inspection: Inspection | None
    error: DocumentError | None

    @property
    def pages(self) -> int:
        """What it will be charged for; 0 for a refused file."""
        return self.inspection.pages if self.inspection else 0


async def inspect_all(files: Sequence[ReceivedFile], *, sandbox: Sandbox, max_file_size: int) -> list[Candidate]:
    """A verdict for every file, in their order. Of files with the same bytes the first is taken."""
    first: dict[str, int] = {}
    for position, file in enumerate(files):
        first.setdefault(file.sha256, position)
    verdicts = await asyncio.gather(
        *(
            _inspect(file, duplicate=first[file.sha256] != position, sandbox=sandbox, max_file_size=max_file_size)
            for position, file in enumerate(files)
        )
    )
    return [
        Candidate(
            uuid4(),
            position,
            file,
            verdict if isinstance(verdict, Inspection) else None,
            verdict if isinstance(verdict, DocumentError) else None,
        )
        for position, (file, verdict) in enumerate(zip(files, verdicts, strict=True))
    ]


def refuse_unfit(candidates: Sequence[Candidate], quota: Quota) -> list[Candidate]:
    """The same candidates, where those that do not fit into the quota are refused; refused ones ask for nothing."""
    fits = fitting([candidate.pages for candidate in candidates], quota.remaining)
    return [
        candidate if candidate.error or fit else _unfit(candidate, quota)
        for candidate, fit in zip(candidates, fits, strict=True)
    ]


def none_fits(before: Sequence[Candidate], after: Sequence[Candidate]) -> bool:
    """Whether there were good files and the quota left none of them."""
    return any(c.inspection for c in before) and not any(c.inspection for c in after)


def _unfit(candidate: Candidate, quota: Quota) -> Candidate:
    message = (
        f"The file has {_pages(candidate.pages)}; of {quota.limit} a month {quota.used} are used and {quota.reserved}"
        f" reserved. The quota starts anew on {quota.resets_at:%d %B %Y}."
    )
    error = DocumentError.of(Category.QUOTA_EXCEEDED, Stage.INTAKE, message)
    return replace(candidate, inspection=None, error=error)


def _pages(count: int) -> str:
    return "1 page" if count == 1 else f"{count} pages"


async def _inspect(
    file: ReceivedFile, *, duplicate: bool, sandbox: Sandbox, max_file_size: int
) -> Inspection | DocumentError:
    if file.too_large:
        limit = max_file_size // (1024 * 1024)
        message = f"The file has {file.size / 1024 / 1024:.0f} MB; {limit} MB are allowed."
        return DocumentError.of(Category.TOO_LARGE, Stage.INTAKE, message)
    if duplicate and file.size:
        return DocumentError.of(Category.DUPLICATE, Stage.INTAKE, "The same bytes are in this batch already.")
    try:
        return await inspect(file.path, sandbox=sandbox)
    except (RefusedError, Permanent) as refused:
        return DocumentError.of(refused.category, Stage.INTAKE, refused.message)
