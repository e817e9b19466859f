"""P5: 20 files of 50 MB handed in at once, beside copying the same bytes straight into the same store with its SDK."""

import asyncio
import os
import tempfile
import time
from pathlib import Path

import httpx2

from bench.memory import peaks
from bench.options import Options
from bench.result import Result, limit, ratio
from bench.system import chain, stores
from ingestio.local.ports import url_on
from shared.storage import Storage

FILES = 20
MB = 2**20
FIELDS = {"strategy": "global", "prompt": "The total.", "json_schema": '{"type": "object"}'}


async def measure(options: Options) -> list[Result]:
    size = (options.size or 49) * MB
    ours, copied, memory = [], [], []
    with tempfile.TemporaryDirectory(prefix="ingestio-bench-") as folder:
        files = [large_pdf(Path(folder) / f"{number}.pdf", size) for number in range(FILES)]
        async with stores() as there, chain(there, services=("ingest",)) as ports:
            headers = {"authorization": f"Bearer {there.home.token()}"}
            storage = Storage(there.urls.s3)
            async with httpx2.AsyncClient(
                base_url=url_on(ports["ingest"]), headers=headers, timeout=600, trust_env=False
            ) as client:
                for number in range(options.rounds):
                    async with peaks() as most:
                        began = time.perf_counter()
                        await asyncio.gather(*(_hand_in(client, file) for file in files))
                        ours.append(FILES * size / MB / (time.perf_counter() - began))
                    memory.append(most["ingest"])
                    began = time.perf_counter()
                    await asyncio.gather(
                        *(storage.put_file(f"bench/{number}/{file.name}", file, media_type="x/y") for file in files)
                    )
                    copied.append(FILES * size / MB / (time.perf_counter() - began))
                    options.say(f"{ours[-1]:.0f} MB/s, copied {copied[-1]:.0f} MB/s, ingest {memory[-1]} MB")
    what = f"{FILES} files of {size // MB} MB in parallel"
    return [
        ratio("P5", f"{what}, beside a copy into the store", ours=ours, peer=copied, unit="MB/s", goal=0.7),
        limit("P5", f"{what}: memory of ingest", values=memory, unit="MB", most=200),
    ]


async def _hand_in(client: httpx2.AsyncClient, file: Path) -> None:
    with file.open("rb") as content:
        answer = await client.post("/api/batches", files={"files": (file.name, content)}, data=FIELDS)
    answer.raise_for_status()


def large_pdf(path: Path, size: int) -> Path:
    """One page, and a stream of so many random bytes that nothing refers to."""
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
        b"<</Length %d>>stream\n%s\nendstream" % (size, os.urandom(size)),
    ]
    offsets, at = [], 9
    with path.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        for number, body in enumerate(bodies, 1):
            offsets.append(at)
            at += file.write(b"%d 0 obj%s endobj\n" % (number, body))
        rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
        file.write(b"xref\n0 5\n0000000000 65535 f \n%s" % rows)
        file.write(b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % at)
    return path
