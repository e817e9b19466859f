"""Known holes of what is locked, looked up in a copy of an advisory database."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.audit import findings, is_affected, locked, main, records

HAVE = {("pillow", "10.0.0"): ["classifier", "local"], ("jinja2", "3.1.4"): ["local"]}


def a_record(*, package: str = "Pillow", fixed: str | None = "10.0.1", **more: Any) -> dict[str, Any]:
    events = [{"introduced": "0"}, *([{"fixed": fixed}] if fixed else [])]
    ranges = [{"type": "ECOSYSTEM", "events": events}]
    affected = [{"package": {"name": package, "ecosystem": "PyPI"}, "ranges": ranges}]
    return {"id": "PYSEC-1", "aliases": ["CVE-1"], "modified": "2026-01-01T00:00:00Z", "affected": affected} | more


def test_a_hole_is_told_with_its_locks_its_names_and_what_mends_it():
    (found,) = findings([a_record()], HAVE)

    assert str(found) == "pillow 10.0.0 (classifier, local): PYSEC-1 CVE-1, mended in 10.0.1"


def test_what_is_mended_in_the_locked_version_is_no_finding():
    assert findings([a_record(fixed="10.0.0")], HAVE) == []


def test_a_hole_that_nobody_has_mended_is_one():
    (found,) = findings([a_record(fixed=None)], HAVE)

    assert "not mended yet" in str(found)


def test_packages_of_other_registries_are_others():
    record = a_record()
    record["affected"][0]["package"]["ecosystem"] = "npm"

    assert findings([record], HAVE) == []


def test_a_version_counts_where_one_of_the_ranges_holds_it():
    ranges = [
        {"type": "ECOSYSTEM", "events": [{"introduced": "2.0"}, {"last_affected": "2.5"}]},
        {"type": "ECOSYSTEM", "events": [{"introduced": "3.0rc1"}, {"fixed": "3.1"}]},
    ]
    versions = ("1.9", "2.0", "2.5", "2.6", "3.0", "3.1")

    assert [version for version in versions if is_affected(version, {"ranges": ranges})] == ["2.0", "2.5", "3.0"]


def test_a_version_that_is_listed_counts_whatever_the_ranges_say():
    assert is_affected("1.0.post1", {"versions": ["1.0.post1"]})


def test_records_are_read_as_yaml_and_as_json_without_those_that_were_withdrawn(tmp_path: Path):
    (tmp_path / "pillow").mkdir()
    (tmp_path / "pillow/PYSEC-1.yaml").write_text(yaml.safe_dump(a_record()))
    (tmp_path / "GHSA-2.json").write_text(json.dumps(a_record(id="GHSA-2")))
    (tmp_path / "PYSEC-3.yaml").write_text(yaml.safe_dump(a_record(id="PYSEC-3", withdrawn="2026-01-02T00:00:00Z")))

    assert {record["id"] for record in records(tmp_path)} == {"PYSEC-1", "GHSA-2"}


def test_a_folder_without_advisories_is_no_clean_bill(tmp_path: Path):
    with pytest.raises(SystemExit, match="holds no advisories"):
        main(tmp_path)


def test_every_package_of_every_lock_is_looked_up():
    names = {name for name, _ in locked()}

    assert {"pillow", "fastapi", "asyncpg", "pip-audit", "uv"} <= names
