"""The objects of the bucket to a folder and back, several at a time."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from ingestio.client import TroubleError
from shared.storage import ObjectMissingError, Storage

FOLDERS = ("batches/", "uploads/", "pages/", "results/", "exports/")
_AT_ONCE = 16
_FILES_AT_ONCE = 1000

T = TypeVar("T")


async def save_objects(storage: Storage, folder: Path) -> tuple[int, int]:
    """Copy every object; returns how many, and their bytes. What is deleted meanwhile is left out."""
    sizes: list[int] = []
    async for keys in _keys(storage):
        sizes += [size for size in await _several(_save(storage, key, folder) for key in keys) if size is not None]
    return len(sizes), sum(sizes)


async def put_objects(storage: Storage, folder: Path) -> int:
    """Store every file of the folder under its key; returns how many."""
    files = await asyncio.to_thread(_files, folder)
    for start in range(0, len(files), _FILES_AT_ONCE):
        await _several(_put(storage, path, folder) for path in files[start : start + _FILES_AT_ONCE])
    return len(files)


async def holds_objects(storage: Storage) -> bool:
    async for _ in _keys(storage):
        return True
    return False


async def _keys(storage: Storage) -> AsyncIterator[Sequence[str]]:
    for prefix in FOLDERS:
        async for page in storage.pages(prefix):
            yield [key for key, _ in page]


async def _save(storage: Storage, key: str, folder: Path) -> int | None:
    target = _place_of(key, folder)
    try:
        await storage.get_file(key, target)
    except ObjectMissingError:
        return None
    return target.stat().st_size


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _place_of(key: str, folder: Path) -> Path:
    target = (folder / key).resolve()
    if not target.is_relative_to(folder.resolve()):
        raise TroubleError("An object of the bucket has a name that leads out of the backup.")
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


async def _put(storage: Storage, path: Path, folder: Path) -> None:
    await storage.put_file(str(path.relative_to(folder)), path, media_type="application/octet-stream")


async def _several(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    room = asyncio.Semaphore(_AT_ONCE)

    async def one(task: Coroutine[Any, Any, T]) -> T:
        async with room:
            return await task

    return await asyncio.gather(*(one(task) for task in work))
