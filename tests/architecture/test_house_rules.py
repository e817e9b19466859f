"""The house rules, executable: same files in every service, small functions and files, honest names, nothing foreign."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, trees

SERVICES = sorted(folder for folder in (ROOT / "services").iterdir() if (folder / "__init__.py").exists())
FILES_OF_A_SERVICE = {"__init__.py", "__main__.py", "settings.py", "app.py", "handlers.py", "tables.py", "routes.py"}
# The door owns nothing and hears nothing.
FILES_OF_THE_DOOR = {"__init__.py", "__main__.py", "settings.py", "app.py", "routing.py", "proxy.py"}

LONGEST_FUNCTION = 50
MOST_FUNCTIONS = 30  # 95 of 100
LONGEST_FILE = 300
# All contracts stand in one place, so that they can be read, and grow, as one.
CATALOGUES = {"shared/events.py"}
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "base", "core", "manager"}
# Escaped, so that this line does not break its own rule.
PACKAGE_HOSTS = re.compile(r"pypi\.|pythonhosted\.|npmjs\.|deb\.debian\.")
SUPPRESSED = re.compile(r"# (noqa|type: ignore)\b")
REASONED = re.compile(r"# (noqa: [A-Z0-9, ]+|type: ignore\[[a-z, -]+\])( |  #)[ #]*.*[a-z]{2}")
HOMES = re.compile(r"(?<![\w.])/(?:root|home/\w+|Users/\w+|work|tmp/\w)/")


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def python_files() -> list[Path]:
    return [path for path in tracked_files() if path.suffix == ".py"]


def texts() -> Iterator[tuple[Path, str]]:
    """Every tracked file that is text."""
    for path in tracked_files():
        content = path.read_bytes()
        if b"\0" not in content[:1024]:
            yield path, content.decode(errors="ignore")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("service", SERVICES, ids=lambda folder: folder.name)
def test_every_service_has_the_same_files(service: Path):
    wanted = FILES_OF_THE_DOOR if service.name == "console" else FILES_OF_A_SERVICE
    missing = wanted - {path.name for path in service.iterdir()}
    assert not missing
    assert service.name == "console" or list((service / "migrations" / "versions").glob("0001_*.py"))


@pytest.mark.parametrize("service", SERVICES, ids=lambda folder: folder.name)
def test_every_service_says_what_it_hears_says_and_owns(service: Path):
    docstring = ast.get_docstring(ast.parse((service / "__init__.py").read_text())) or ""
    missing = [word for word in ("hears", "says", "owns") if word not in docstring.lower()]
    assert not missing


def test_every_module_begins_with_what_it_is_for():
    silent = [name for name, tree in trees().items() if not ast.get_docstring(tree)]
    assert [name for name in silent if not name.startswith("tests/")] == []


@cache
def functions() -> list[tuple[int, str]]:
    """The lines of each, and where it stands."""
    return [
        ((node.end_lineno or 0) - node.lineno + 1, f"{name}:{node.lineno} {node.name}")
        for name, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_functions_fit_in_a_glance():
    assert [where for lines, where in functions() if lines > LONGEST_FUNCTION] == []


def test_nearly_all_functions_are_much_shorter():
    lines = sorted(lines for lines, _ in functions())
    assert lines[int(len(lines) * 0.95)] <= MOST_FUNCTIONS


def test_files_are_short():
    long = {name_of(path): lines for path in python_files() if (lines := _lines(path)) > LONGEST_FILE}
    assert long.keys() <= CATALOGUES, long


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_files_are_named_for_what_they_do():
    vague = [name_of(path) for path in python_files() if path.stem in SAYS_NOTHING or path.parent.name in SAYS_NOTHING]
    assert vague == []


def test_no_file_names_a_package_host():
    naming = [name_of(path) for path, text in texts() if PACKAGE_HOSTS.search(text)]
    assert naming == []


def test_no_file_names_a_path_of_somebodys_machine():
    naming = [name_of(path) for path, text in texts() if path != Path(__file__) and HOMES.search(text)]
    assert naming == []


@pytest.mark.parametrize("lock", sorted((ROOT / "locks").glob("*.txt")), ids=lambda path: path.stem)
def test_a_lock_has_hashes_and_no_address(lock: Path):
    text = lock.read_text()
    assert "--hash=sha256:" in text
    assert "://" not in text


def test_no_exception_is_swallowed_unnamed():
    broad = [
        f"{name}:{node.lineno}"
        for name, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert broad == []


def test_what_a_checker_is_told_to_pass_over_has_a_reason():
    silent = [
        f"{name_of(path)}:{number}"
        for path in python_files()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if SUPPRESSED.search(line) and not REASONED.search(line)
    ]
    assert silent == []
