"""What comes from others: locked by hash, told in a bill of materials, under licences that an Apache-2.0 project can ship."""

import json
import re
from pathlib import Path

import pytest

from deploy.sbom import IMAGES, LOCKS, bill, licence_list, packages_of

ALL = sorted(LOCKS.glob("*.txt"))
# They ask that what is combined with them be published under their own terms.
STRONG_COPYLEFT = re.compile(r"(?<!L)GPL|GNU (Affero )?General|SSPL|BUSL|Commons Clause", re.IGNORECASE)


@pytest.mark.parametrize("lock", ALL, ids=lambda lock: lock.stem)
def test_every_package_of_a_lock_is_one_version_with_hashes(lock: Path):
    entries = re.split(r"\n(?=\S)", lock.read_text().strip())

    assert [
        entry[:60] for entry in entries if not re.match(r"[\w.\[\],-]+==\S+[^\n]*\\\n\s+--hash=sha256:", entry)
    ] == []


@pytest.mark.parametrize("image", IMAGES)
def test_the_bill_of_an_image_names_all_of_its_lock(image: str):
    packages = packages_of(LOCKS / f"{image}.txt")
    written = json.loads(bill(image, packages))

    assert written["bomFormat"] == "CycloneDX"
    assert {part["purl"] for part in written["components"]} == {f"pkg:pypi/{p.name}@{p.version}" for p in packages}
    assert all(part.get("licenses") for part in written["components"])


@pytest.mark.parametrize("image", IMAGES)
def test_no_image_ships_what_its_licence_would_not_let_us(image: str):
    wrong = [package for package in packages_of(LOCKS / f"{image}.txt") if STRONG_COPYLEFT.search(package.licence)]

    assert wrong == []


def test_the_list_of_licences_says_where_a_package_is():
    by_image = {image: packages_of(LOCKS / f"{image}.txt") for image in ("ingest", "exporter")}
    listed = licence_list(by_image)

    assert re.search(r"^\| pypdf \| \S+ \| BSD-3-Clause \| ingest \|$", listed, re.MULTILINE)
    assert re.search(r"^\| openpyxl \| \S+ \| [^|]+ \| exporter \|$", listed, re.MULTILINE)
    assert re.search(r"^\| asyncpg \| \S+ \| [^|]+ \| ingest, exporter \|$", listed, re.MULTILINE)
