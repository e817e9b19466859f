"""Whoever makes an export looks whether to go on, in each of its phases."""

import asyncio
from pathlib import Path
from typing import Any, get_args

import pytest

from services.exporter.export_file import write_export
from services.exporter.progress import Phase, Progress, StoppedError
from services.exporter.rows import Format
from tests.unit.exporter.export_makers import completed

EVERY_FORMAT = pytest.mark.parametrize("format_", get_args(Format))


@EVERY_FORMAT
def test_the_documents_written_are_counted(tmp_path: Path, format_: Any):
    progress = Progress()

    write_export(
        lambda: [completed({}), completed({})],
        format=format_,
        layout="normal",
        target=tmp_path / "out",
        progress=progress,
    )

    assert progress.written == 2


@pytest.mark.parametrize(
    ("format_", "phase"),
    [
        *(("json", phase) for phase in ("surveying", "writing")),
        *(("csv", phase) for phase in ("surveying", "writing")),
        *(("xlsx", phase) for phase in ("surveying", "writing", "packing")),
    ],
)
def test_an_export_that_is_stopped_goes_no_further(tmp_path: Path, format_: Any, phase: Phase):
    progress = StoppedIn(phase)

    with pytest.raises(StoppedError):
        write_export(
            lambda: [completed({"items": [{"a": 1}]})] * 3,
            format=format_,
            layout="multi_row",
            target=tmp_path / "out",
            progress=progress,
        )

    assert (progress.phase, progress.looks) == (phase, 1)


class StoppedIn(Progress):
    """Stopped when a phase begins; counts who looks after that."""

    def __init__(self, phase: Phase) -> None:
        super().__init__()
        self.looks = 0
        self._last = phase

    def look(self) -> None:
        if self.phase == self._last:
            self.stop()
            self.looks += 1
        super().look()


async def test_a_thread_ends_before_whoever_awaits_it():
    progress, started = Progress(), asyncio.Event()
    loop = asyncio.get_running_loop()
    ended: list[bool] = []

    def work() -> None:
        loop.call_soon_threadsafe(started.set)
        try:
            while True:
                progress.look()
        finally:
            ended.append(True)

    task = asyncio.create_task(progress.to_the_end(asyncio.to_thread(work)))
    await started.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == [True]
