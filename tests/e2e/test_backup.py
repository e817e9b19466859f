"""A drill: a system with work under way is backed up while it runs, lost, and restored into an empty one."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ingestio.answers import DocumentResult
from tests.e2e.conftest import System, running

SAMPLES = Path("samples")


def ingestio(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-m", "ingestio", *arguments], capture_output=True, text=True, check=False)


def results_of(system: System, batch: object) -> dict[str, DocumentResult]:
    return {str(result.document_id): result for result in system.client.results(batch)}  # type: ignore[arg-type]  # a batch's id


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    folder = tmp_path_factory.mktemp("drill")
    return folder / "lost", folder / "backup", folder / "restored"


@pytest.mark.timeout(600)  # two whole systems, one after the other
def test_what_ended_is_there_again_and_what_was_under_way_goes_on(homes: tuple[Path, Path, Path]):
    lost, backup, restored = homes
    with running(lost) as system:
        ended = system.submit(SAMPLES / "invoice-english.pdf", SAMPLES / "letter.pdf", strategy="auto")
        system.finished(ended.id)
        before = results_of(system, ended.id)
        under_way = system.submit(SAMPLES / "bank-statement.pdf", SAMPLES / "invoice-scan.pdf", strategy="auto")
        made = ingestio("backup", str(backup), "--home", str(lost))
        assert made.returncode == 0, made.stderr
        passwords = (lost / "database-passwords.json").read_text()
    shutil.rmtree(lost)

    restored.mkdir()
    (restored / "database-passwords.json").write_text(passwords)
    filled = ingestio("restore", str(backup), "--home", str(restored))
    assert filled.returncode == 0, filled.stderr
    with running(restored) as system:
        assert results_of(system, ended.id) == before
        with system.http() as client:
            original = client.get(f"/api/files/{ended.files[0].document_id}")
        assert original.content == (SAMPLES / ended.files[0].file_name).read_bytes()
        assert system.finished(under_way.id).total_documents == len(under_way.files)
        found = system.client.reconcile(objects=True)
        assert (found["lost_reservations"], found["drifted_pages"], found["unknown_objects"]) == (0, 0, 0)


def test_nothing_is_restored_over_something(homes: tuple[Path, Path, Path]):
    _, backup, restored = homes
    refused = ingestio("restore", str(backup), "--home", str(restored))

    assert refused.returncode == 2
    assert "is not empty" in refused.stderr


def test_a_backup_that_was_cut_off_or_changed_is_refused(homes: tuple[Path, Path, Path], tmp_path: Path):
    _, backup, _ = homes
    shutil.copytree(backup, tmp_path / "changed")
    (tmp_path / "changed/ingest.dump").write_bytes(b"something else")
    shutil.copytree(backup, tmp_path / "cut-off", ignore=shutil.ignore_patterns("backup.json"))

    for name, said in {"changed": "is not what was backed up", "cut-off": "did not come to its end"}.items():
        refused = ingestio("restore", str(tmp_path / name), "--home", str(tmp_path / "home"))
        assert refused.returncode == 2
        assert said in " ".join(refused.stderr.split())
