"""Objects in parts: what the SDK keeps to itself and we rely on, against a real store."""

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest

from ingestio.stack import Urls
from shared.storage import ObjectMissingError, Storage

PART = 5 * 1024 * 1024


@pytest.fixture
def storage(urls: Urls) -> Storage:
    return Storage(urls.s3)


@pytest.fixture
async def key(storage: Storage) -> AsyncIterator[str]:
    key = f"parts/{uuid4()}"
    yield key
    await storage.delete(key)


async def test_an_object_is_joined_of_its_parts(storage: Storage, key: str):
    begun = await storage.begin_parts(key)
    tags = [await storage.put_part(key, begun, number, bytes([number]) * PART) for number in (1, 2)]
    tags.append(await storage.put_part(key, begun, 3, b"end"))
    await storage.join_parts(key, begun, tags)
    assert await storage.get(key) == b"\1" * PART + b"\2" * PART + b"end"
    assert await storage.size(key) == 2 * PART + 3


async def test_a_part_sent_again_replaces_the_first(storage: Storage, key: str):
    begun = await storage.begin_parts(key)
    await storage.put_part(key, begun, 1, b"first")
    await storage.join_parts(key, begun, [await storage.put_part(key, begun, 1, b"second")])
    assert await storage.get(key) == b"second"


async def test_an_object_is_not_there_before_it_is_joined(storage: Storage, key: str):
    begun = await storage.begin_parts(key)
    await storage.put_part(key, begun, 1, b"part")
    with pytest.raises(ObjectMissingError):
        await storage.size(key)


async def test_a_dropped_object_takes_no_more_parts(storage: Storage, key: str):
    begun = await storage.begin_parts(key)
    tag = await storage.put_part(key, begun, 1, b"part")
    await storage.drop_parts(key, begun)
    with pytest.raises(ObjectMissingError):
        await storage.put_part(key, begun, 2, b"part")
    with pytest.raises(ObjectMissingError):
        await storage.join_parts(key, begun, [tag])


async def test_dropping_leaves_a_joined_object(storage: Storage, key: str):
    begun = await storage.begin_parts(key)
    await storage.join_parts(key, begun, [await storage.put_part(key, begun, 1, b"all")])
    await storage.drop_parts(key, begun)
    assert await storage.get(key) == b"all"


async def test_a_file_of_several_parts_comes_whole(storage: Storage, key: str, tmp_path: Path):
    (tmp_path / "file").write_bytes(body := b"\1" * PART + b"\2" * PART + b"end")
    await storage.put_file(key, tmp_path / "file", media_type="text/plain")
    assert await storage.get(key) == body


@pytest.mark.parametrize("before", [1, 2])
async def test_what_is_raised_before_a_part_ends_the_upload_and_leaves_no_object(
    storage: Storage, key: str, tmp_path: Path, before: int
):
    (tmp_path / "file").write_bytes(bytes(2 * PART))
    parts = count(1)

    def look() -> None:
        if next(parts) == before:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        await storage.put_file(key, tmp_path / "file", media_type="text/plain", before_each_part=look)
    with pytest.raises(ObjectMissingError):
        await storage.size(key)
