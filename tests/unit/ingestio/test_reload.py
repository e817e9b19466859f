import asyncio
import os
import signal
from pathlib import Path

import pytest

from ingestio.home import Home
from ingestio.local.reload import reload_on_change, snapshot, touched_by
from shared.migrations import SERVICES


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in (
        "services/exporter/rows.py",
        "services/ingest/routes.py",
        "shared/events.py",
        "services/console/web/a.json",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    return tmp_path


@pytest.mark.parametrize(
    ("path", "services"),
    [("services/exporter/rows.py", {"exporter"}), ("shared/events.py", set(SERVICES))],
)
def test_a_file_concerns_who_reads_it(path: str, services: set[str]):
    assert touched_by([Path(path)]) == services


def test_what_node_builds_is_not_watched(checkout: Path):
    assert {path.name for path in snapshot(checkout)} == {"rows.py", "routes.py", "events.py"}


async def test_a_service_is_asked_to_end_when_its_file_changes_and_no_other_is(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
):
    home, asked = Home(checkout / "home"), asyncio.Queue[tuple[int, int]]()
    home.create()
    home.write_processes({"exporter": 11, "ingest": 12})
    monkeypatch.setattr(os, "kill", lambda *what: asked.put_nowait(what))

    watching = asyncio.create_task(reload_on_change(home, root=checkout, say=lambda _: None, every=0.001))
    await asyncio.sleep(0)  # it has seen how things are
    os.utime(checkout / "services/exporter/rows.py", ns=(1, 1))
    async with asyncio.timeout(5):
        first = await asked.get()
    watching.cancel()

    assert (first, asked.empty()) == ((11, signal.SIGTERM), True)
