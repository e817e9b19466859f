"""The sandbox against children that misbehave: real processes, real limits."""

import asyncio
import errno
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import uvloop

from shared.sandbox import (
    ChildDiedError,
    ChildNotStartedError,
    ChildOutOfMemoryError,
    ChildTimedOutError,
    Limits,
    Sandbox,
)

TARGET = "tests.integration.sandbox_targets:work"
LIMITS = Limits(memory=512 << 20, cpu_seconds=5, wall_seconds=5, output=1 << 20, jobs=50)


@pytest_asyncio.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    one = Sandbox(TARGET, children=1, limits=LIMITS)
    yield one
    await one.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "document"
    path.write_bytes(b"seven b")
    return path


async def pid_of(sandbox: Sandbox, file: Path) -> int:
    answer = await sandbox.run({"do": "size"}, file=file)
    assert isinstance(answer, dict)
    return int(answer["pid"])


async def test_a_child_answers_with_json_or_with_bytes(sandbox: Sandbox, file: Path) -> None:
    assert await sandbox.run({"do": "read"}, file=file) == b"seven b"
    answer = await sandbox.run({"do": "size"}, file=file)
    assert isinstance(answer, dict)
    assert answer["size"] == 7


async def test_a_child_is_reused(sandbox: Sandbox, file: Path) -> None:
    assert await pid_of(sandbox, file) == await pid_of(sandbox, file)


async def test_a_child_sees_no_secret_of_the_environment(
    sandbox: Sandbox, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    answer = await sandbox.run({"do": "size"}, file=file)
    assert isinstance(answer, dict)
    assert "OPENAI_API_KEY" not in answer["environment"]


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        ("bomb", ChildOutOfMemoryError),
        ("native bomb", ChildDiedError),
        ("exit", ChildDiedError),
        ("segfault", ChildDiedError),
        ("fail", ChildDiedError),
    ],
)
async def test_a_child_in_trouble_is_replaced(
    sandbox: Sandbox, file: Path, trouble: str, error: type[Exception]
) -> None:
    before = await pid_of(sandbox, file)
    with pytest.raises(error):
        await sandbox.run({"do": trouble}, file=file)
    assert await pid_of(sandbox, file) != before


async def test_trouble_does_not_quote_the_document(sandbox: Sandbox, file: Path) -> None:
    with pytest.raises(ChildDiedError, match=r"^ValueError$"):
        await sandbox.run({"do": "fail"}, file=file)


async def test_an_endless_loop_ends_at_the_wall_clock_limit(file: Path) -> None:
    sandbox = Sandbox(TARGET, children=1, limits=Limits(wall_seconds=0.3))
    started = time.monotonic()
    with pytest.raises(ChildTimedOutError):
        await sandbox.run({"do": "loop"}, file=file)
    assert time.monotonic() - started < 5
    assert await sandbox.run({"do": "read"}, file=file) == b"seven b"
    await sandbox.close()


async def test_an_endless_loop_ends_at_the_cpu_limit(file: Path) -> None:
    sandbox = Sandbox(TARGET, children=1, limits=Limits(cpu_seconds=1, wall_seconds=60))
    with pytest.raises(ChildTimedOutError, match="CPU"):
        await sandbox.run({"do": "loop"}, file=file)
    await sandbox.close()


async def test_an_answer_over_the_limit_is_refused(sandbox: Sandbox, file: Path) -> None:
    with pytest.raises(ChildDiedError):
        await sandbox.run({"do": "flood", "bytes": LIMITS.output + 1}, file=file)
    assert await sandbox.run({"do": "flood", "bytes": LIMITS.output}, file=file) == bytes(LIMITS.output)


async def test_more_than_one_answer_is_refused(sandbox: Sandbox, file: Path) -> None:
    before = await pid_of(sandbox, file)
    with pytest.raises(ChildDiedError):
        await sandbox.run({"do": "answer twice"}, file=file)
    assert await pid_of(sandbox, file) != before


async def test_a_long_request_arrives_whole(sandbox: Sandbox, file: Path) -> None:
    answer = await sandbox.run({"do": "size", "padding": "x" * 5_000_000}, file=file)
    assert isinstance(answer, dict)
    assert answer["size"] == 7


@pytest.mark.parametrize("attempt", ["socket", "exec", "fork"])
async def test_a_child_has_no_network_and_starts_nothing(sandbox: Sandbox, file: Path, attempt: str) -> None:
    assert await sandbox.run({"do": attempt}, file=file) == {"refused": errno.EPERM}


async def test_a_child_cannot_signal_its_parent(sandbox: Sandbox, file: Path) -> None:
    answer = await sandbox.run({"do": "kill", "path": str(os.getpid())}, file=file)
    assert answer == {"refused": errno.EPERM}


async def test_a_child_reads_no_other_file(sandbox: Sandbox, file: Path) -> None:
    assert await sandbox.run({"do": "read file", "path": str(file)}, file=file) == {"refused": errno.EACCES}


async def test_a_child_reads_no_environment_of_its_parent(sandbox: Sandbox, file: Path) -> None:
    answer = await sandbox.run({"do": "read file", "path": f"/proc/{os.getpid()}/environ"}, file=file)
    assert answer in ({"refused": errno.EACCES}, {"refused": errno.EPERM})


@pytest.mark.parametrize("attempt", ["write", "delete"])
async def test_a_child_changes_no_file(sandbox: Sandbox, file: Path, attempt: str) -> None:
    answer = await sandbox.run({"do": attempt, "path": str(file)}, file=file)
    assert answer in ({"refused": errno.EACCES}, {"refused": errno.EPERM})
    assert await sandbox.run({"do": "read"}, file=file) == b"seven b"


async def test_children_work_side_by_side(file: Path) -> None:
    sandbox = Sandbox(TARGET, children=2, limits=LIMITS)
    await asyncio.gather(*(sandbox.run({"do": "read"}, file=file) for _ in range(20)))
    await sandbox.close()


async def test_a_child_is_replaced_after_its_jobs(file: Path) -> None:
    sandbox = Sandbox(TARGET, children=1, limits=Limits(jobs=2))
    pids = [await pid_of(sandbox, file) for _ in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]
    await sandbox.close()


async def test_cancelling_a_job_frees_its_place(file: Path) -> None:
    sandbox = Sandbox(TARGET, children=1, limits=Limits(wall_seconds=60))
    await pid_of(sandbox, file)
    job = asyncio.create_task(sandbox.run({"do": "loop"}, file=file))
    await asyncio.sleep(0)
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    assert await sandbox.run({"do": "read"}, file=file) == b"seven b"
    await sandbox.close()


async def test_closing_leaves_no_process(file: Path) -> None:
    sandbox = Sandbox(TARGET, children=1, limits=LIMITS)
    pid = await pid_of(sandbox, file)
    await sandbox.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_closing_ends_what_is_at_work_and_starts_nothing_more(file: Path) -> None:
    sandbox = Sandbox(TARGET, children=1, limits=Limits(wall_seconds=60))
    pid = await pid_of(sandbox, file)
    at_work, waiting = (asyncio.create_task(sandbox.run({"do": "loop"}, file=file)) for _ in range(2))
    await asyncio.sleep(0.1)
    await sandbox.close()
    with pytest.raises(ChildDiedError):
        await at_work
    with pytest.raises(ChildNotStartedError):
        await waiting
    with pytest.raises(ChildNotStartedError):
        await sandbox.run({"do": "read"}, file=file)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_missing_file_is_not_the_childs_fault(sandbox: Sandbox, file: Path) -> None:
    before = await pid_of(sandbox, file)
    with pytest.raises(FileNotFoundError):
        await sandbox.run({"do": "read"}, file=file.with_name("gone"))
    assert await pid_of(sandbox, file) == before


async def test_a_function_that_does_not_exist_is_not_the_files_fault(file: Path) -> None:
    sandbox = Sandbox("tests.integration.sandbox_targets:missing", children=1, limits=LIMITS)
    with pytest.raises(ChildNotStartedError):
        await sandbox.run({"do": "read"}, file=file)
    await sandbox.close()


def test_it_works_under_uvloop(file: Path) -> None:
    async def once() -> object:
        sandbox = Sandbox(TARGET, children=1, limits=LIMITS)
        try:
            return await sandbox.run({"do": "read"}, file=file)
        finally:
            await sandbox.close()

    assert uvloop.run(once()) == b"seven b"
