"""The sources of the console keep to their structure: app over features over shared, small files that say what they are for."""

import re
from pathlib import Path
from statistics import median

import pytest

SOURCES = Path(__file__).parents[3] / "services/console/web/src"
FILES = [
    path
    for path in sorted(SOURCES.rglob("*"))
    if path.suffix in {".ts", ".tsx"} and "generated" not in path.parts and ".test." not in path.name
]


def layer(path: Path) -> str:
    return path.relative_to(SOURCES).parts[0]


def imports(path: Path) -> list[str]:
    return re.findall(r"""(?:from|import)\s*\(?\s*['"]([^'"]+)['"]""", path.read_text())


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCES)))
def test_imports_go_from_app_to_features_to_shared(path: Path):
    forbidden = {"shared": ("@/app", "@/features"), "features": ("@/app", "@/features"), "app": ()}.get(layer(path), ())
    crossing = [name for name in imports(path) if name.startswith(("../", *forbidden))]

    assert crossing == []


def test_every_file_says_what_it_is_for():
    assert [path.name for path in FILES if not path.read_text().startswith("/** ")] == []


def test_files_are_small():
    lengths = [len(path.read_text().splitlines()) for path in FILES]

    assert max(lengths) <= 300
    assert median(lengths) <= 60


def test_text_never_becomes_markup():
    dangerous = r"dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\("

    assert [path.name for path in FILES if re.search(dangerous, path.read_text())] == []


def test_no_token_is_kept_in_the_browser():
    keeping = [path.name for path in FILES if re.search(r"localStorage|sessionStorage", path.read_text())]

    assert sorted(keeping) == ["draft.ts", "keys.ts", "outdated.ts", "theme.ts"]
