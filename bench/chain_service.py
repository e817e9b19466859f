"""One service of the chain as it is shipped, but that nothing is read: `python -m bench.chain_service extractor`.

Classifier and extractor find the same small page for every document; everything around that is the service's own.
INGESTIO_BENCH_WAIT is how many seconds an extraction waits, like for a model; INGESTIO_BENCH_WORK how many it computes.
"""

import asyncio
import os
import sys
import time
from functools import partial
from importlib import import_module

import uvloop

from shared.events import DocumentClassified
from shared.logs import configure_logs
from shared.pages import Page, Pages, Word
from shared.results import FieldEvidence, Result
from shared.service import Service, run_alone
from shared.storage import Storage


class OnePage(Storage):
    """Has the same page under every key."""

    def __init__(self) -> None:
        word = Word(text="Invoice", x0=0.1, y0=0.1, x1=0.2, y1=0.12)
        page = Page(number=1, width=595, height=842, source="text", words=(word,))
        self._page = Pages(pages=(page,)).to_bytes()

    async def get(self, key: str) -> bytes:  # noqa: ARG002  # whatever is asked for
        return self._page


async def read_nothing(_pages: Pages, _document: DocumentClassified, *, wait: float, work: float) -> Result:
    """Takes the time it is told to take."""
    if wait:
        await asyncio.sleep(wait)
    until = time.thread_time() + work
    while time.thread_time() < until:
        pass
    evidence = {"total": FieldEvidence(confidence=0.9)}
    return Result(data={"total": 12.5}, fields=evidence, provider="local", model="none", prompt_version="bench")


def wire(name: str) -> Service:
    app, settings = import_module(f"services.{name}.app"), import_module(f"services.{name}.settings").Settings()
    match name:
        case "classifier":
            run = import_module("services.classifier.classify_document").classify_document
            return app.wire(settings, run=partial(run, storage=OnePage(), sandbox=None, model=None, certain_from=0.0))  # type: ignore[no-any-return]  # imported by name
        case "extractor":
            run = import_module("services.extractor.extract_document").extract_document
            wait, work = (float(os.environ.get(f"INGESTIO_BENCH_{what}", "0")) for what in ("WAIT", "WORK"))
            read_fields = partial(read_nothing, wait=wait, work=work)
            return app.wire(settings, run=partial(run, storage=OnePage(), read_fields=read_fields))  # type: ignore[no-any-return]  # a module that is found by its name
    return app.wire(settings)  # type: ignore[no-any-return]  # as above


if __name__ == "__main__":
    configure_logs()
    uvloop.run(run_alone(wire(sys.argv[1])))
