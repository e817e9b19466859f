"""Every command and snippet of the docs does what its page says, on a running system, in a folder such as a reader has."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import System
from tests.e2e.snippets import script, snippets

ROOT = Path(__file__).parents[2]
IN_THE_DOCS = "http://127.0.0.1:8080"
# What these pages say is done to the code: test_docs_for_developers.py does it in a copy.
FOR_DEVELOPERS = {"CONTRIBUTING.md", "adding-a-document-type.md", "adding-a-service.md", "adding-an-event.md"}


def pages() -> list[Path]:
    """Those with something to run."""
    written = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return [page for page in written if page.name not in FOR_DEVELOPERS and script(page).count("\n")]


@pytest.fixture
def folder(system: System, tmp_path: Path) -> Path:
    """A checkout as it looks to a reader: the programs, the running system's home, documents of one's own."""
    programs = tmp_path / ".venv/bin"
    programs.mkdir(parents=True)
    for name, command in {"python": "", "ingestio": " -m ingestio"}.items():
        (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}"{command} "$@"\n')
        (programs / name).chmod(0o755)
    (tmp_path / ".ingestio").symlink_to(system.home.path)
    for name in ("samples", "examples", "deploy"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "receipts").mkdir()
    shutil.copy(ROOT / "samples/invoice-english.pdf", tmp_path / "invoice.pdf")
    for sample in ("receipt-market.jpg", "receipt-cafe.png"):
        shutil.copy(ROOT / "samples" / sample, tmp_path / "receipts" / sample)
    return tmp_path


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_what_the_page_says_can_be_done(page: Path, system: System, folder: Path):
    path = f"{folder / '.venv/bin'}:{os.environ['PATH']}"
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("INGESTIO_", "OPENAI_"))}

    done = subprocess.run(
        ["bash", "-c", script(page).replace(IN_THE_DOCS, system.client.url)],
        cwd=folder,
        env=environment | {"PATH": path, "PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )

    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"


def test_a_page_is_found_out_when_it_says_something_wrong(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text(
        "```sh\nNAME=a\n```\n\n```python out/b.py\nprint(1)\n```\n\n```sh\ntest $NAME = b\necho not reached\n```\n"
    )

    done = subprocess.run(["bash", "-c", script(page)], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (1, "")
    assert [snippet.language for snippet in snippets(page)] == ["sh", "python", "sh"]
    assert (tmp_path / "out/b.py").read_text() == "print(1)\n"
