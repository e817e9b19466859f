"""P7: page count and text of a folder of PDFs, in our sandbox beside bare pdfium in one process a core."""

import asyncio
import os
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pypdfium2

from bench.options import Options
from bench.result import Result, ratio
from ingestio.checkout import ROOT
from services.ingest.inspection import RefusedError, inspect, new_sandbox
from shared.errors import Permanent
from shared.sandbox import Sandbox

CORES = os.cpu_count() or 1


async def measure(options: Options) -> list[Result]:
    files = sorted((options.data or ROOT / "samples").glob("*.pdf"))[: options.size]
    files *= max(1, 200 // len(files))
    sandbox = new_sandbox(children=CORES)
    ours, bare = [], []
    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
        await _inspect_all(files[:20], sandbox)
        list(pool.map(read, files[:20]))
        for _ in range(options.rounds):
            began = time.perf_counter()
            await _inspect_all(files, sandbox)
            ours.append(len(files) / (time.perf_counter() - began))
            began = time.perf_counter()
            await asyncio.to_thread(lambda: list(pool.map(read, files, chunksize=8)))
            bare.append(len(files) / (time.perf_counter() - began))
            options.say(f"{ours[-1]:.0f} files/s, bare pdfium {bare[-1]:.0f}")
    await sandbox.close()
    what = f"page count and text of {len(files)} PDFs"
    return [ratio("P7", f"{what}, beside bare pdfium", ours=ours, peer=bare, unit="files/s", goal=0.8)]


async def _inspect_all(files: list[Path], sandbox: Sandbox) -> None:
    gate = asyncio.Semaphore(CORES * 2)

    async def one(file: Path) -> None:
        async with gate:
            try:
                await inspect(file, sandbox=sandbox)
            except (RefusedError, Permanent):
                return  # damaged ones are among them; pdfium refuses those too

    await asyncio.gather(*map(one, files))


def read(file: Path) -> tuple[int, int]:
    """Pages and characters; -1 where pdfium does not open it."""
    try:
        with pypdfium2.PdfDocument(file) as document:
            texts = [page.get_textpage().get_text_range() for page in document]
    except pypdfium2.PdfiumError:
        return -1, 0
    return len(texts), sum(map(len, texts))
