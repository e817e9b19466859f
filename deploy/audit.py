"""Known vulnerabilities of what is locked, from a local copy of an advisory database: `python -m deploy.audit FOLDER`.

FOLDER holds records in OSV form, YAML or JSON, such as a checkout of github.com/pypa/advisory-database. For machines that reach
no advisory service; what was found out after the copy was made is not in it, so its age is said.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

LOCKS = Path(__file__).parents[1] / "locks"
_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", flags=re.MULTILINE)

Record = dict[str, Any]


@dataclass(frozen=True, order=True)
class Finding:
    """A locked version that an advisory is about, and the versions that mend it, where there are any."""

    package: str
    version: str
    advisory: str
    aliases: tuple[str, ...]
    fixed: tuple[str, ...]
    locks: tuple[str, ...]

    def __str__(self) -> str:
        mended = f"mended in {', '.join(self.fixed)}" if self.fixed else "not mended yet"
        names = " ".join((self.advisory, *self.aliases))
        return f"{self.package} {self.version} ({', '.join(self.locks)}): {names}, {mended}"


def locked(folder: Path = LOCKS) -> dict[tuple[str, str], list[str]]:
    """Which lock files have which version of which package."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for lock in sorted(folder.glob("*.txt")):
        for name, version in _LOCKED.findall(lock.read_text()):
            found[canonicalize_name(name), version].append(lock.stem)
    return dict(found)


def records(folder: Path) -> Iterator[Record]:
    """Every record below the folder that was not withdrawn. Raises ValueError where there is none."""
    files = [path for path in folder.rglob("*") if path.suffix in {".yaml", ".yml", ".json"}]
    read = [record for path in files if isinstance(record := _read(path), dict) and "affected" in record]
    if not read:
        raise ValueError(f"{folder} holds no advisories in OSV form.")
    yield from (record for record in read if not record.get("withdrawn"))


def findings(known: Sequence[Record], have: Mapping[tuple[str, str], Sequence[str]]) -> list[Finding]:
    """What of these packages has a known hole."""
    found = []
    for record in known:
        for affected in record["affected"]:
            package = affected.get("package", {})
            if package.get("ecosystem") != "PyPI":
                continue
            name = canonicalize_name(package["name"])
            for (locked_name, version), locks in have.items():
                if locked_name == name and is_affected(version, affected):
                    aliases = tuple(record.get("aliases", ()))
                    found.append(Finding(name, version, record["id"], aliases, _fixed(affected), tuple(locks)))
    return sorted(found)


def is_affected(version: str, affected: Record) -> bool:
    """Whether the record lists this version, or a range of its holds it."""
    if version in affected.get("versions", ()):
        return True
    ranges = [one for one in affected.get("ranges", ()) if one["type"] == "ECOSYSTEM"]
    return any(_holds(one["events"], Version(version)) for one in ranges)


def _holds(events: Sequence[Mapping[str, str]], version: Version) -> bool:
    inside = False
    for event in events:  # in the order of versions, as OSV wants them
        (kind, bound), *_ = event.items()
        try:
            edge = Version(str(bound))
        except InvalidVersion:
            continue
        match kind:
            case "introduced":
                inside |= version >= edge
            case "fixed" | "limit":
                inside &= version < edge
            case "last_affected":
                inside &= version <= edge
    return inside


def _fixed(affected: Record) -> tuple[str, ...]:
    events = [event for one in affected.get("ranges", ()) if one["type"] == "ECOSYSTEM" for event in one["events"]]
    return tuple(str(event["fixed"]) for event in events if "fixed" in event)


def _read(path: Path) -> Any:
    return yaml.load(path.read_text(), Loader=yaml.CSafeLoader)  # the C parser of the safe loader; JSON is YAML


def main(folder: Path) -> None:
    """Exit code 1 when something is found, or when there is nothing to look it up in."""
    try:
        known = list(records(folder))
    except ValueError as trouble:
        sys.exit(str(trouble))
    found = findings(known, locked())
    newest = max(str(record.get("modified", "")) for record in known)
    sys.stdout.writelines(f"{finding}\n" for finding in found)
    sys.stdout.write(f"{len(found)} known holes in locks/, by {len(known)} advisories, the newest of {newest[:10]}.\n")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
