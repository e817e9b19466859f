"""However the bytes of an upload come, in whatever pieces and with whatever breaks: what is stored is the same."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import cast
from uuid import uuid4

import pytest

from services.ingest.arrival import Arrival, join
from services.ingest.uploads import PART, Upload
from shared.http import ApiError
from shared.storage import ObjectMissingError, Storage


class Bucket:
    """Object storage in memory, as far as uploads use it."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.parts: dict[str, dict[int, bytes]] = {}

    async def begin_parts(self, key: str) -> str:
        self.parts[key] = {}
        return key

    async def put_part(self, key: str, begun: str, number: int, body: bytes) -> str:
        self.parts[begun][number] = body
        return str(number)

    async def join_parts(self, key: str, begun: str, tags: Sequence[str]) -> None:
        if begun not in self.parts:
            raise ObjectMissingError
        parts = self.parts.pop(begun)
        assert all(len(parts[int(tag)]) == PART for tag in tags[:-1])
        self.objects[key] = b"".join(parts[int(tag)] for tag in tags)

    async def put_file(self, key: str, path: Path, *, media_type: str) -> None:
        self.objects[key] = await asyncio.to_thread(path.read_bytes)

    async def get_file(self, key: str, path: Path) -> None:
        await asyncio.to_thread(path.write_bytes, self.objects[key])

    async def delete(self, key: str) -> None:
        del self.objects[key]

    async def size(self, key: str) -> int:
        return len(self.objects[key])


class Row:
    """The row of one upload: what is safe."""

    def __init__(self, size: int) -> None:
        self.upload = Upload(
            tenant_id=uuid4(),
            upload_id=uuid4(),
            batch_id=uuid4(),
            kind="whole",
            position=0,
            file_name="a.pdf",
            relative_path=None,
            metadata=None,
            concat=None,
            size=size,
            byte_offset=0,
            stored=False,
            object_key="object",
            begun=None,
            tags=[],
            tail_key=None,
            held_by=None,
            expires_at=datetime.now(UTC),
        )

    async def save(self, upload: Upload) -> Upload:
        self.upload = upload
        return upload


@asynccontextmanager
async def arriving(
    row: Row, bucket: Bucket, chunks: Sequence[bytes], folder: Path, *, at_once: bool = False
) -> AsyncIterator[Arrival]:
    """One request: what it brings is taken, and not yet kept."""
    arrival = Arrival(
        row.upload,
        spool=folder / str(uuid4()),
        storage=cast("Storage", bucket),
        sending=asyncio.Semaphore(1),
        save=row.save,
        at_once=at_once,
    )
    with closing(arrival):
        await arrival.resume()
        for chunk in chunks:
            await arrival.add(chunk)
        yield arrival


def pieces(data: bytes, chance: random.Random, *, largest: int) -> list[bytes]:
    cut, places = 0, [0]
    while cut < len(data):
        cut += chance.randint(1, largest)
        places.append(cut)
    return [data[start:end] for start, end in pairwise(places)]


@pytest.mark.volume
@pytest.mark.parametrize("size", [0, 1, PART - 1, PART, PART + 1, 2 * PART, 2 * PART + 7])
@pytest.mark.parametrize("largest", [PART // 3, 3 * PART])
async def test_any_pieces_in_any_requests_make_the_same_object(size: int, largest: int, tmp_path: Path):
    chance, row, bucket = random.Random(size), Row(size), Bucket()
    data = chance.randbytes(size)
    for request in pieces(data, chance, largest=largest) or [b""]:
        async with arriving(row, bucket, pieces(request, chance, largest=PART // 5), tmp_path) as arrival:
            await arrival.keep()
    assert (row.upload.byte_offset, row.upload.stored) == (size, True)
    assert bucket.objects == {"object": data}


async def test_a_process_that_dies_leaves_the_full_parts(tmp_path: Path):
    row, bucket = Row(3 * PART), Bucket()
    async with arriving(row, bucket, [bytes(PART), bytes(PART), b"lost"], tmp_path):
        pass
    assert (row.upload.byte_offset, len(row.upload.tags)) == (2 * PART, 2)


async def test_with_a_checksum_nothing_counts_before_it_is_kept(tmp_path: Path):
    row, bucket = Row(3 * PART), Bucket()
    async with arriving(row, bucket, [bytes(PART), bytes(PART), b"lost"], tmp_path, at_once=True):
        pass
    assert (row.upload.byte_offset, row.upload.tags) == (0, [])


async def test_the_end_of_a_broken_request_is_replaced_by_the_next_one(tmp_path: Path):
    row, bucket, data = Row(PART + 4), Bucket(), bytes(PART) + b"good"
    async with arriving(row, bucket, [bytes(PART), b"bad"], tmp_path, at_once=True):
        pass
    async with arriving(row, bucket, [data], tmp_path) as arrival:
        await arrival.keep()
    assert bucket.objects == {"object": data}


async def test_more_bytes_than_announced_are_refused(tmp_path: Path):
    with pytest.raises(ApiError, match="announced with 3 bytes"):
        async with arriving(Row(3), Bucket(), [b"1234"], tmp_path):
            pass


async def test_an_object_is_joined_once_however_often_it_is_asked_for(tmp_path: Path):
    row, bucket = Row(PART + 1), Bucket()
    async with arriving(row, bucket, [bytes(PART + 1)], tmp_path) as arrival:
        await arrival.keep()
    await join(row.upload, storage=cast("Storage", bucket))
    with pytest.raises(ObjectMissingError):
        await join(replace(row.upload, size=PART), storage=cast("Storage", bucket))
