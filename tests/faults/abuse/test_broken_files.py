"""S05: ten thousand files that were fine once: each gets its verdict, none takes long, and none takes much memory."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from services.ingest.inspection import RefusedError, inspect, new_sandbox
from shared.errors import Permanent
from shared.sandbox import Sandbox
from tests.abuse.mutations import mutated
from tests.faults.record import RecordCase, chosen_seed, full_run
from tests.pdf_makers import one_page

FILES = 10_000 if full_run() else 300
CHILDREN = 2
MOST_MB, MOST_SECONDS = 512, 20.0


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    sandbox = new_sandbox(children=CHILDREN)
    yield sandbox
    await sandbox.close()


def most_megabytes(sandbox: Sandbox) -> float:
    """The most that a child which lives has ever held."""
    held = [0.0]
    for child in list(sandbox._running):
        status = Path(f"/proc/{child.pid}/status")
        text = status.read_text() if status.exists() else ""
        held += [int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("VmHWM")]
    return max(held)


@pytest.mark.timeout(3_600)
async def test_every_broken_file_is_judged_in_time_and_in_little_memory(
    sandbox: Sandbox, tmp_path: Path, record_case: RecordCase
):
    seed = chosen_seed() or 20261122
    case = record_case("S05", seed)
    verdicts: Counter[str] = Counter()
    slowest, most = 0.0, 0.0

    async def judge(files: Iterator[bytes], path: Path) -> None:
        nonlocal slowest, most
        for content in files:
            await asyncio.to_thread(path.write_bytes, content)
            began = time.monotonic()
            try:
                verdicts[(await inspect(path, sandbox=sandbox)).media_type] += 1
            except (RefusedError, Permanent) as refused:
                verdicts[refused.category.value] += 1
            slowest, most = max(slowest, time.monotonic() - began), max(most, most_megabytes(sandbox))
            case.injected("broken file")

    files = mutated(FILES, seed=seed)
    await asyncio.gather(*(judge(files, tmp_path / str(number)) for number in range(CHILDREN)))
    (tmp_path / "good").write_bytes(one_page())
    case.figure = f"slowest {slowest:.1f} s, most {most:.0f} MB; {dict(verdicts.most_common(4))}"

    assert (await inspect(tmp_path / "good", sandbox=sandbox)).media_type == "application/pdf"
    assert sum(verdicts.values()) == FILES
    assert slowest <= MOST_SECONDS
    assert 0 < most <= MOST_MB
