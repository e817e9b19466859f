"""The page keeps to a strict content security policy and to its own host."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[3] / "services/console/static"
FILES = sorted(path for path in STATIC.iterdir() if path.suffix in {".html", ".css", ".js", ".svg"})
PAGE = (STATIC / "index.html").read_text()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_is_loaded_from_elsewhere(path: Path):
    addresses = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+", re.sub(r"(?m)^\s*//.*$", "", path.read_text())))

    assert addresses <= {"http://www.w3.org"}


def test_the_page_has_no_inline_script_style_or_handler():
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", PAGE) == []


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".js"], ids=lambda path: path.name)
def test_text_never_becomes_markup(path: Path):
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", path.read_text()) == []


def test_every_file_the_page_names_is_there():
    named = re.findall(r'(?:href|src)="(?!#)([^"]+)"', PAGE)
    for path in FILES:
        named += re.findall(r'from "\./([^"]+)"', path.read_text())

    assert [name for name in named if not (STATIC / name).exists()] == []


def test_the_token_stays_in_the_tab():
    assert "localStorage" not in "".join(path.read_text() for path in FILES)
