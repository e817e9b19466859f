"""The docs are true where a look at the repository shows it: links, names of tests, of targets, of settings."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.snippets import snippets

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("**/*.md"))]
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
TEST = re.compile(r"\btests/[\w/]+\.py")
TARGET = re.compile(r"(?:\$ |`)make ([a-z][a-z-]*)")

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def anchors(page: Path) -> set[str]:
    """The places in a page that a link may name, as they are made of its headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def lost_links(page: Path) -> Iterator[str]:
    for file, anchor in LINK.findall(page.read_text()):
        target = (page.parent / file).resolve() if file else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            yield f"{file}#{anchor}" if anchor else file


@every_page
def test_every_link_leads_somewhere(page: Path):
    assert list(lost_links(page)) == []


@every_page
def test_every_test_that_is_named_exists(page: Path):
    made_here = {snippet.file for snippet in snippets(page)}
    assert [
        name for name in TEST.findall(page.read_text()) if not (ROOT / name).exists() and name not in made_here
    ] == []


@every_page
def test_every_target_that_is_named_exists(page: Path):
    makefile = (ROOT / "Makefile").read_text()

    assert [
        name for name in TARGET.findall(page.read_text()) if not re.search(rf"^{name}:", makefile, re.MULTILINE)
    ] == []


@every_page
def test_blocks_say_whether_they_are_run_and_can_be_read(page: Path):
    """A block without a language is neither shown for what it is nor run."""
    fences = re.findall(r"^```(.*)$", page.read_text(), flags=re.MULTILINE)
    assert all(fences[::2]), "a block begins with ``` alone"
    for snippet in snippets(page):
        if snippet.language == "json":
            json.loads(snippet.text)
        if snippet.language == "python":
            ast.parse(snippet.text)


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_the_index_knows_every_page(page: Path):
    assert page.name == "README.md" or f"({page.name}" in (ROOT / "docs/README.md").read_text()
