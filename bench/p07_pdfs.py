"""P7: a folder of PDFs in our sandbox, beside bare pdfium's page count and text, and beside the same inspection without a
sandbox: each in one process a core.

The inspection does more than pdfium alone: where each word stands, whether it is seen, which pictures there are, and the
pages counted by a second reader.
"""

import asyncio
import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pypdfium2

from bench.options import Options
from bench.result import Result, ratio
from ingestio.checkout import ROOT
from services.ingest.inspection import RefusedError, inspect, new_sandbox
from services.ingest.inspection_child import inspect_file
from shared.errors import Permanent
from shared.sandbox import Sandbox

CORES = os.cpu_count() or 1


async def measure(options: Options) -> list[Result]:
    files = sorted((options.data or ROOT / "samples").glob("*.pdf"))[: options.size]
    files *= max(1, 2_000 // len(files))  # at the end of a round one core waits for the other
    sandbox = new_sandbox(children=CORES)
    ours, bare, open_air = [], [], []
    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
        await _inspect_all(files[:20], sandbox)
        for way in (read, inspect_here):
            list(pool.map(way, files[:20]))
        for _ in range(options.rounds):
            began = time.perf_counter()
            await _inspect_all(files, sandbox)
            ours.append(len(files) / (time.perf_counter() - began))
            bare.append(len(files) / await _in_pool(pool, read, files))
            open_air.append(len(files) / await _in_pool(pool, inspect_here, files))
            options.say(f"{ours[-1]:.0f} files/s, bare pdfium {bare[-1]:.0f}, without a sandbox {open_air[-1]:.0f}")
    await sandbox.close()
    what = f"page count and text of {len(files)} PDFs, beside"
    return [
        ratio("P7", f"{what} bare pdfium", ours=ours, peer=bare, unit="files/s", goal=0.8),
        ratio("P7", f"{what} the same without a sandbox", ours=ours, peer=open_air, unit="files/s", goal=0.8),
    ]


async def _in_pool(pool: ProcessPoolExecutor, way: Callable[[Path], Any], files: list[Path]) -> float:
    began = time.perf_counter()
    await asyncio.to_thread(lambda: list(pool.map(way, files, chunksize=8)))
    return time.perf_counter() - began


async def _inspect_all(files: list[Path], sandbox: Sandbox) -> None:
    gate = asyncio.Semaphore(CORES * 2)

    async def one(file: Path) -> None:
        async with gate:
            try:
                await inspect(file, sandbox=sandbox)
            except (RefusedError, Permanent):
                return  # damaged ones are among them; pdfium refuses those too

    await asyncio.gather(*map(one, files))


def inspect_here(file: Path) -> int:
    """Bytes of the answer."""
    with file.open("rb") as content:
        return len(inspect_file({}, content))


def read(file: Path) -> tuple[int, int]:
    """Pages and characters; -1 where pdfium does not open it."""
    try:
        with pypdfium2.PdfDocument(file) as document:
            texts = [page.get_textpage().get_text_range() for page in document]
    except pypdfium2.PdfiumError:
        return -1, 0
    return len(texts), sum(map(len, texts))
