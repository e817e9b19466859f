"""Writes what is in each image, by its lock: a CycloneDX document each, and one list of licences: `python -m deploy.sbom FOLDER`.

Licences are those that the installed packages tell, so it runs where `dev` is installed. What a lock has for other systems only
is left out: it is in no image.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path
from typing import NamedTuple

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.markers import Marker
from packaging.requirements import Requirement

LOCKS = Path(__file__).parents[1] / "locks"
IMAGES = ("ingest", "classifier", "extractor", "aggregator", "exporter", "notifier", "console")
_LONGEST = 60  # some packages put the whole text where the name should be


class Package(NamedTuple):
    """A package of a lock. `licence` is as the package itself says, empty where it says nothing."""

    name: str
    version: str
    licence: str


def packages_of(lock: Path) -> list[Package]:
    """What is installed on this kind of system of a lock. Raises PackageNotFoundError for what is not."""
    return [
        Package(need.name, next(iter(need.specifier)).version, licence_of(metadata(need.name)))
        for need in _needs(lock)
        if applies(need.marker)
    ]


def applies(marker: Marker | None) -> bool:
    """Whether this is for the system we run on."""
    return marker is None or marker.evaluate()


def licence_of(about: PackageMetadata) -> str:
    """The expression, else the classifiers, else the first line of the free text."""
    expression, text = (" ".join(about.get_all(name) or []) for name in ("License-Expression", "License"))
    said = about.get_all("Classifier") or []
    names = {line.rpartition(" :: ")[2] for line in said if line.startswith("License ::")} - {"OSI Approved"}
    return expression or " AND ".join(sorted(names)) or text.strip().partition("\n")[0][:_LONGEST]


def bill(name: str, packages: Sequence[Package]) -> str:
    """The CycloneDX document of one image."""
    licences = LicenseFactory()
    bom, image = Bom(), Component(name=f"ingestio-{name}", type=ComponentType.CONTAINER)
    bom.metadata.component = image
    for package in packages:
        bom.components.add(
            Component(
                name=package.name,
                version=package.version,
                type=ComponentType.LIBRARY,
                purl=PackageURL("pypi", name=package.name, version=package.version),
                licenses=[licences.make_from_string(package.licence)] if package.licence else [],
            )
        )
    bom.register_dependency(image, bom.components)
    return JsonV1Dot6(bom).output_as_string(indent=2)


def licence_list(by_image: Mapping[str, Sequence[Package]]) -> str:
    """One line a package, with the images it is in."""
    images: dict[Package, list[str]] = {}
    for image, packages in by_image.items():
        for package in packages:
            images.setdefault(package, []).append(image)
    lines = [f"| {p.name} | {p.version} | {p.licence or '?'} | {', '.join(images[p])} |" for p in sorted(images)]
    return "\n".join(["| package | version | licence | images |", "|---|---|---|---|", *lines, ""])


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    by_image = {image: packages_of(LOCKS / f"{image}.txt") for image in IMAGES}
    for image, packages in by_image.items():
        (folder / f"{image}.cdx.json").write_text(bill(image, packages) + "\n")
    (folder / "licences.md").write_text(licence_list(by_image))


def _needs(lock: Path) -> Iterator[Requirement]:
    for line in lock.read_text().splitlines():
        if line and not line.startswith((" ", "#")):
            yield Requirement(line.removesuffix("\\").strip())


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except PackageNotFoundError as missing:
        sys.exit(f"{missing.name} is not installed: make test-unit installs what is locked.")
