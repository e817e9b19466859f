"""The files of a batch with their verdicts: opened once in the sandbox, or refused with a reason."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID

from services.ingest.form import ReceivedFile
from services.ingest.inspection import Facts, Inspection, RefusedError, inspect
from services.ingest.virus_scan import VirusScanner
from shared.errors import Category, DocumentError, Permanent, Stage
from shared.sandbox import Sandbox

Keep = Callable[[str, Inspection], Awaitable[None]]
Verdict = Facts | DocumentError


@dataclass(frozen=True)
class Candidate:
    """One file of a batch with its verdict: inspected, or refused with an error. The path of the file may be gone."""

    document_id: UUID
    position: int
    file: ReceivedFile
    inspection: Facts | None
    error: DocumentError | None

    @property
    def pages(self) -> int:
        """What it will be charged for; 0 for a refused file."""
        return self.inspection.pages if self.inspection else 0


class Source(Protocol):
    """A file that a batch is to hold, wherever it is now."""

    @property
    def document_id(self) -> UUID: ...
    @property
    def position(self) -> int: ...
    def on_disk(self) -> AbstractAsyncContextManager[ReceivedFile]: ...


class Judge:
    """Judges the files of one batch: the same bytes are opened once, and their first place in the batch counts.

    `keep` is given each SHA-256 with what was read, text layer included, which is not held on to.
    """

    def __init__(self, *, sandbox: Sandbox, scanner: VirusScanner | None, max_file_size: int, keep: Keep) -> None:
        self._sandbox = sandbox
        self._scanner = scanner
        self._max_file_size = max_file_size
        self._keep = keep
        self._verdicts: dict[str, Verdict] = {}
        self._opening: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def judge(self, sources: Sequence[Source]) -> list[Candidate]:
        """Raises Transient while nothing can be opened, and what `keep` raises."""
        return await asyncio.gather(*(self._judge(source) for source in sources))

    async def _judge(self, source: Source) -> Candidate:
        async with source.on_disk() as file:
            verdict = await self._verdict_on(file)
        if isinstance(verdict, DocumentError):
            return Candidate(source.document_id, source.position, file, inspection=None, error=verdict)
        return Candidate(source.document_id, source.position, file, inspection=verdict, error=None)

    async def _verdict_on(self, file: ReceivedFile) -> Verdict:
        if file.too_large:
            limit = self._max_file_size // (1024 * 1024)
            message = f"The file has {file.size / 1024 / 1024:.0f} MB; {limit} MB are allowed."
            return DocumentError.of(Category.TOO_LARGE, Stage.INTAKE, message)
        async with self._opening[file.sha256]:
            if file.sha256 not in self._verdicts:
                self._verdicts[file.sha256] = await self._open(file)
        return self._verdicts[file.sha256]

    async def _open(self, file: ReceivedFile) -> Verdict:
        try:
            if self._scanner:
                await self._scanner.check(file.path)
            inspection = await inspect(file.path, sandbox=self._sandbox)
        except (RefusedError, Permanent) as refused:
            return DocumentError.of(refused.category, Stage.INTAKE, refused.message)
        await self._keep(file.sha256, inspection)
        return Facts(media_type=inspection.media_type, pages=inspection.pages)


def without_duplicates(candidates: Sequence[Candidate]) -> list[Candidate]:
    """In the order of their positions; what has the bytes of an earlier one is refused."""
    candidates = sorted(candidates, key=lambda candidate: candidate.position)
    again = DocumentError.of(Category.DUPLICATE, Stage.INTAKE, "The same bytes are in this batch already.")
    first: dict[str, int] = {}
    for candidate in candidates:
        first.setdefault(candidate.file.sha256, candidate.position)
    return [
        replace(candidate, inspection=None, error=again)
        if candidate.file.size and not candidate.file.too_large and first[candidate.file.sha256] != candidate.position
        else candidate
        for candidate in candidates
    ]
