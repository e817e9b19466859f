"""P8: OCR of a folder of receipts on all cores, in our sandbox beside the engine itself.

The engine's own best is the faster of two ways: one process with a thread a core, or a process a core with one thread.
"""

import asyncio
import os
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from bench.options import Options
from bench.result import Result, ratio
from ingestio.checkout import ROOT
from services.classifier.ocr import new_sandbox, read_page
from services.classifier.ocr_child import read_page as read_here
from shared.sandbox import Sandbox

CORES = os.cpu_count() or 1


async def measure(options: Options) -> list[Result]:
    folder = options.data or ROOT / "samples"
    files = [file for file in sorted(folder.iterdir()) if file.suffix in {".jpg", ".png"}][: options.size or 12]
    sandbox = new_sandbox(children=CORES)
    ours, best = [], []
    with engines(threads=CORES, workers=1) as wide, engines(threads=1, workers=CORES) as many:
        await _ours(files[:CORES], sandbox)
        for pool in (wide, many):
            list(pool.map(read, files[:CORES]))
        for _ in range(options.rounds):
            ours.append(len(files) / await _ours(files, sandbox))
            best.append(len(files) / min(await _engine(files, wide), await _engine(files, many)))
            options.say(f"{ours[-1]:.2f} pages/s, the engine {best[-1]:.2f}")
    await sandbox.close()
    what = f"OCR of {len(files)} pages, beside the engine alone"
    return [ratio("P8", what, ours=ours, peer=best, unit="pages/s", goal=0.95)]


def engines(*, threads: int, workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        workers,
        mp_context=get_context("spawn"),  # this process has threads, whose locks a fork would inherit
        initializer=give_threads,
        initargs=(threads,),
    )


def give_threads(threads: int) -> None:
    os.environ["OCR_THREADS"] = str(threads)


def read(file: Path) -> int:
    with file.open("rb") as content:
        return len(read_here({"page": 1, "media_type": _media_type(file), "parts": []}, content))


async def _ours(files: list[Path], sandbox: Sandbox) -> float:
    began = time.perf_counter()
    await asyncio.gather(*(read_page(file, page=1, media_type=_media_type(file), sandbox=sandbox) for file in files))
    return time.perf_counter() - began


async def _engine(files: list[Path], pool: ProcessPoolExecutor) -> float:
    began = time.perf_counter()
    await asyncio.to_thread(lambda: list(pool.map(read, files)))
    return time.perf_counter() - began


def _media_type(file: Path) -> str:
    return "image/png" if file.suffix == ".png" else "image/jpeg"
