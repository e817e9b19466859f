"""The pages of labelled documents, read as the product reads them, and kept in a folder for the next time."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from ingestio.evaluation.labels import Labelled
from services.classifier import ocr
from services.ingest import inspection
from shared.pages import Pages


def pages_of(folder: Path, labels: Sequence[Labelled], *, kept: Path) -> dict[str, Pages]:
    """By file name. Files whose pages are in `kept` are not read again; the name there is the hash of their bytes."""
    kept.mkdir(parents=True, exist_ok=True)
    places = {label.name: kept / f"{_hash(folder / label.name)}-{ocr.ENGINE_VERSION}.json.gz" for label in labels}
    missing = {name: place for name, place in places.items() if not place.is_file()}
    if missing:
        asyncio.run(_read(folder, missing))
    return {name: Pages.from_bytes(place.read_bytes()) for name, place in places.items()}


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


async def _read(folder: Path, places: Mapping[str, Path]) -> None:
    counting, reading = inspection.new_sandbox(children=1), ocr.new_sandbox(children=1)
    for name, place in places.items():
        seen = await inspection.inspect(folder / name, sandbox=counting)
        filled = await ocr.fill_pages(seen.layer, folder / name, media_type=seen.media_type, sandbox=reading)
        await asyncio.to_thread(place.write_bytes, filled.to_bytes())
    await counting.close()
    await reading.close()
