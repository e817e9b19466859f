"""The machine itself: its Python, its disk, the port, the programs and models that the local system needs."""

import importlib.util
import shutil
import sys
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path

from ingestio.doctor.findings import Finding, good, problem, warning
from ingestio.stack.ports import is_free
from ingestio.stack.rabbitmq_package import installed_server

_LITTLE, _TOO_LITTLE = 5e9, 1e9  # bytes
_MODELS = ("det", "rec", "cls")  # finding lines, reading them, and which way up they are
_OTHERS = {"INGESTIO_URL", "INGESTIO_TOKEN", "INGESTIO_HOME", "INGESTIO_ADMIN_DATABASE_URL", "INGESTIO_PASSWORDS_FILE"}
_OTHERS |= {"INGESTIO_POSTGRES_URL", "INGESTIO_RABBITMQ_MANAGEMENT_URL", "INGESTIO_DOOR"}


def look_at_python(version: tuple[int, int] = sys.version_info[:2]) -> Finding:
    said = f"Python {version[0]}.{version[1]}"
    if version < (3, 11):
        return problem("python", said, "Install Python 3.11 or newer, then `make clean` and `make demo`.")
    return good("python", said)


def look_at_disk(folder: Path, *, free: float | None = None) -> Finding:
    """`free` bytes, as they are unless given."""
    there = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
    left = shutil.disk_usage(there).free if free is None else free
    said, advice = f"{left / 1e9:.1f} GB free for {folder}", "Make room, or choose another folder with --home."
    if left < _TOO_LITTLE:
        return problem("disk", said, f"{advice} The broker takes nothing any more when the disk is full.")
    return warning("disk", said, advice) if left < _LITTLE else good("disk", said)


def look_at_port(port: int) -> Finding:
    """Where a system that does not run would answer."""
    if is_free(port):
        return good("port", f"{port} is free")
    return warning("port", f"{port} is taken by another program", "Choose another: ingestio up --port 8081")


def look_at_broker_program() -> Finding:
    found = installed_server()
    if found is None:
        advice = "sudo apt-get install rabbitmq-server, or set INGESTIO_RABBITMQ_URL to use one that runs."
        return problem("rabbitmq program", "not installed", advice)
    return good("rabbitmq program", str(found))


def look_at_ocr_models() -> Finding:
    """The files of the text recogniser come with its package; a broken download leaves none, or empty ones."""
    spec = importlib.util.find_spec("rapidocr")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    files = [file for file in (folder.rglob("*.onnx") if folder else []) if file.stat().st_size > 1000]
    missing = [kind for kind in _MODELS if not any(f"_{kind}" in file.name for file in files)]
    if missing:
        return problem("ocr models", f"missing: {', '.join(missing)}", "Install the packages anew: make clean demo")
    return good("ocr models", f"{len(files)} files, {sum(file.stat().st_size for file in files) / 1e6:.0f} MB")


def look_at_variables(environment: Mapping[str, str], known: Iterable[str]) -> list[Finding]:
    """A variable that nobody reads is most often one that was misspelt."""
    known = {*known, *_OTHERS}
    return [
        warning("environment", f"{name} is no setting", _meant(name, known))
        for name in sorted(environment)
        if name.startswith("INGESTIO_") and name not in known and not name.endswith(("_PASSWORD", "_S3_SECRET"))
    ] or [good("environment", "every variable of ours is one that is read")]


def _meant(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"Is it {near[0]} that is meant?" if near else "See deploy/environment.example."
