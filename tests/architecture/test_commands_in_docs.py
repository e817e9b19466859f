"""What the docs only show and do not run can be run all the same: its commands, options, modules, files and variables exist."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from ingestio.__main__ import new_app

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("**/*.md"))]
IN_A_BLOCK = re.compile(r"^(?:\$ )?((?:\.venv/bin/)?(?:ingestio|python) [^\n]*)", re.MULTILINE)
IN_A_LINE = re.compile(r"`((?:\.venv/bin/)?(?:ingestio|python) [^`\n]+)`")
END = re.compile(r"\s(?:\||>|&&|;|#)")
VARIABLE = re.compile(r"\bINGESTIO_[A-Z0-9_]*[A-Z0-9]\b")
NAMED_FILE = re.compile(r"^\$ (?:.* )?((?:deploy|examples|samples|bench)/[\w./-]+\.\w+)", re.MULTILINE)
# Read where no service is: by the command line, the Makefile, compose and the tests.
READERS = ["ingestio/**/*.py", "shared/**/*.py", "tests/**/*.py", "deploy/**/*", "docker-compose.yml", "Makefile"]

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def commands(page: Path, program: str) -> Iterator[list[str]]:
    """The words behind the program's name, of each command that the page names."""
    text = page.read_text()
    for written in (*IN_A_BLOCK.findall(text), *IN_A_LINE.findall(text)):
        first, *words = shlex.split(END.split(written)[0].replace("…", ""))
        if first.endswith(program):
            yield words


def trouble_with(words: list[str]) -> str | None:
    """Why the command line would not understand this; words in capitals stand for others."""
    command = get_command(new_app())
    for word in words:
        if word.startswith("--") and word != "--help":
            known = {option for parameter in command.params for option in parameter.opts + parameter.secondary_opts}
            if word.partition("=")[0] not in known:
                return f"{command.name} has no {word}"
        elif isinstance(command, TyperGroup) and not word.startswith("-") and not word.isupper():
            alternatives = word.split("|")
            if unknown := set(alternatives) - set(command.commands):
                return f"{command.name} has no command {', '.join(unknown)}"
            command = command.commands[alternatives[0]]
    return None


@every_page
def test_every_command_is_one(page: Path):
    assert [trouble for words in commands(page, "ingestio") if (trouble := trouble_with(words))] == []


@every_page
def test_every_module_that_is_run_exists(page: Path):
    modules = [words[1].replace(".", "/") for words in commands(page, "python") if words[:1] == ["-m"]]
    modules = [
        module for module in modules if module.partition("/")[0] in {"deploy", "bench", "tests", "docs", "services"}
    ]

    assert [
        name for name in modules if not ((ROOT / f"{name}.py").exists() or (ROOT / name / "__main__.py").exists())
    ] == []


@every_page
def test_every_file_that_a_command_names_exists(page: Path):
    assert [name for name in NAMED_FILE.findall(page.read_text()) if not (ROOT / name).exists()] == []


@pytest.fixture(scope="module")
def known_variables() -> set[str]:
    files = [file for pattern in READERS for file in ROOT.glob(pattern) if file.is_file()]
    return {name for file in files for name in VARIABLE.findall(file.read_text(errors="ignore"))}


@every_page
def test_every_variable_is_read_somewhere(page: Path, known_variables: set[str]):
    # `INGESTIO_<SERVICE>_…` and the like name a family.
    assert set(VARIABLE.findall(page.read_text())) - known_variables == set()


def test_a_command_that_is_none_is_found_out():
    assert trouble_with(["submitt", "x"])
    assert trouble_with(["submit", "x", "--exprot", "xlsx"])
    assert trouble_with(["documents", "cancel", "ID"]) is None
