"""What the docs say about changing IngestIO does what they say: in a copy of the repository, by the page's own steps."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.snippets import script

ROOT = Path(__file__).parents[2]
PAGES = ["adding-a-document-type.md", "adding-an-event.md", "adding-a-service.md"]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The tracked files as they are now, with `python` on the way to the libraries."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        target = tmp_path / "copy" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (programs / "python").chmod(0o755)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path / "copy", check=True)
    return tmp_path / "copy"


@pytest.mark.parametrize("page", PAGES)
def test_following_the_page_works(page: str, copy: Path):
    path = f"{copy.parent / 'bin'}:{os.environ['PATH']}"

    done = subprocess.run(
        ["bash", "-c", script(ROOT / "docs" / page)],
        cwd=copy,
        env=os.environ | {"PATH": path, "INGESTIO_HOME": str(copy / ".ingestio")},
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )

    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
