"""What is written is used: no function, class, constant or method that only its tests know, no setting that nobody reads."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, trees

# The rest is tests, measurements and what makes files: they count as users, and are used by hand.
PRODUCT = ("services/", "shared/", "ingestio/")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def code() -> dict[str, ast.Module]:
    return {name: tree for name, tree in trees().items() if not name.startswith("tests/")}


def product() -> Iterator[tuple[str, ast.Module]]:
    return ((name, tree) for name, tree in code().items() if name.startswith(PRODUCT) and "/migrations/" not in name)


def definitions(body: list[ast.stmt]) -> Iterator[tuple[str, int]]:
    """Names that these statements define, with their lines; who is decorated is known to whoever decorated it."""
    for node in body:
        if isinstance(node, Function | ast.ClassDef) and not node.decorator_list:
            yield node.name, node.lineno
        if isinstance(node, ast.ClassDef):
            yield from definitions([part for part in node.body if isinstance(part, Function)])
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from ((target.id, node.lineno) for target in targets if isinstance(target, ast.Name))


@cache
def uses() -> Counter[str]:
    """How often a name is read, by itself, as an attribute, or in a text that names it (`module:function`)."""
    found: Counter[str] = Counter()
    for tree in code().values():
        for node in ast.walk(tree):
            match node:
                case ast.Name(id=name, ctx=ast.Load()) | ast.Attribute(attr=name) | ast.keyword(arg=str(name)):
                    found[name] += 1
                case ast.Constant(value=str(text)) if len(text) < 200:
                    found.update(re.findall(r"\w+", text))
    return found


def test_what_is_defined_is_used():
    dead = [
        f"{name}:{line} {defined}"
        for name, tree in product()
        for defined, line in definitions(tree.body)
        if not uses()[defined] and not defined.startswith("__")
    ]
    assert dead == []


@pytest.mark.parametrize("file", sorted(ROOT.glob("services/*/settings.py")), ids=lambda file: file.parent.name)
def test_what_can_be_set_is_read(file: Path):
    readers = (f"services/{file.parent.name}/", "shared/")
    read = {
        node.attr
        for name, tree in code().items()
        if name.startswith(readers)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
    }
    fields = {
        part.target.id
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ClassDef)
        for part in node.body
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
    }
    # The door reads its addresses all together.
    assert {field for field in fields - read if not (file.parent.name == "console" and field.endswith("_url"))} == set()
