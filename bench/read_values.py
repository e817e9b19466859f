"""Values the local reader gives for documents whose truth is known: right or wrong, with the evidence behind them."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.invented import Invented
from bench.invented.invoices import invoice
from bench.invented.receipts import receipt
from bench.invented.scanned import scanned
from bench.invented.strange_invoices import fresh_invoice, kept_invoice, strange_invoice
from bench.labelled_pages import pages_of
from ingestio.evaluation.labels import Labelled, labels_in, schema_of
from ingestio.evaluation.matching import letters_of, same
from services.extractor.local.confidence import CELL, confidence_of, features_of
from services.extractor.local.document import Document
from services.extractor.local.filling import Filled, fill
from services.extractor.local.plan import plan_of
from services.extractor.local.prompt import Wish
from shared.pages import Pages

SCANS = ((receipt, 0.0), (receipt, 0.002), (receipt, 0.008), (invoice, 0.0), (invoice, 0.004))


@dataclass(frozen=True)
class Value:
    """One value: `wanted` None where the document shows none, `got` None where none was read.

    `group` is what must not be in the part fitted on and the part measured on: the company, on its paper.
    """

    population: str
    group: str
    document: str
    field: str
    wanted: Any
    got: Any
    features: Mapping[str, float]
    confidence: float

    @property
    def right(self) -> bool:
        return same(self.wanted, self.got)


@dataclass(frozen=True)
class Known:
    """A document with its truth, ready to be read."""

    population: str
    group: str
    kind: str
    label: Labelled
    pages: Pages


def invented(seeds: range) -> Iterator[Known]:
    """Invoices and receipts, each as text and some as scans of several qualities."""
    for seed in seeds:
        yield _known(invoice(seed), "invoices, text")
        maker, mistakes = SCANS[seed % len(SCANS)]
        made: Invented = maker(seed)
        scan = replace(made, pages=scanned(made.pages, seed=seed, mistakes=mistakes))
        yield _known(scan, f"{made.kind}s, scans")


def strange(seeds: range) -> Iterator[Known]:
    """Invoices whose senders stand in unusual places: known ones, ones kept apart at first, and fresh ones."""
    for seed in seeds:
        yield _known(strange_invoice(seed), "invoices, strange letterheads")
        yield _known(kept_invoice(seed), "invoices, letterheads kept apart")
        yield _known(fresh_invoice(seed), "invoices, fresh letterheads")


def labelled(wanted: Sequence[str], kept: Path) -> Iterator[Known]:
    """The documents of labelled folders, each told as FOLDER:TYPE; the group is the company, with all its layouts."""
    for folder, _, kind in (each.rpartition(":") for each in wanted):
        labels = labels_in(Path(folder))
        pages = pages_of(Path(folder), labels, kept=kept)
        for label in labels:
            company = letters_of(label.fields.get("vendor") or label.fields.get("company") or label.name)
            yield Known(Path(folder).name, company, kind, label, pages[label.name])


def values_of(known: Known, *, schema: Mapping[str, Any]) -> Iterator[Value]:
    """Every labelled scalar of a document and what the reader makes of it."""
    plan = plan_of(document_type=known.kind, wish=Wish(), schema=dict(schema))
    filled = fill(Document(known.pages, known.kind), plan.properties, plan.left_out)
    for entry in plan.properties:
        wanted = known.label.fields.get(entry.name)
        if isinstance(wanted, list):
            yield from _cells(known, filled, entry.name, wanted)
            continue
        if entry.name not in known.label.fields:
            continue
        candidate = filled.found.get(entry.field or entry.name)
        got = filled.data.get(entry.name)
        yield Value(
            known.population,
            known.group,
            known.label.name,
            entry.name,
            wanted,
            got,
            features_of(candidate, entry.field) if candidate else {},
            confidence_of(candidate, entry.field) if candidate else 0.0,
        )


def _cells(known: Known, filled: Filled, name: str, wanted: list[dict[str, Any]]) -> Iterator[Value]:
    """The cells of a list whose rows were all found, so that each has its counterpart."""
    rows = filled.data[name]
    if len(rows) != len(wanted):
        return
    for index, (row, true) in enumerate(zip(rows, wanted, strict=True)):
        for column, value in true.items():
            candidate = filled.found.get(f"{name}[{index}].{column}")
            features = features_of(candidate, CELL) if candidate else {}
            sure = confidence_of(candidate, CELL) if candidate else 0.0
            yield Value(
                known.population, known.group, known.label.name, f"{name}.{column}", value, row[column], features, sure
            )


def read(documents: Iterator[Known], *, progress: Callable[[str], None] = lambda _: None) -> list[Value]:
    """The values of all documents, each population under one schema of its labelled fields."""
    everything = list(documents)
    values: list[Value] = []
    for population in dict.fromkeys(known.population for known in everything):
        part = [known for known in everything if known.population == population]
        schema = schema_of([known.label for known in part])
        progress(f"{population}: {len(part)} documents")
        values += [value for known in part for value in values_of(known, schema=schema)]
    return values


def _known(made: Invented, population: str) -> Known:
    company = made.truth.get("vendor") or made.truth.get("company")
    layout = re.sub(r"\W", "", "".join(made.layout.values()))
    return Known(
        population,
        f"{made.language}{letters_of(company)}{layout}",
        made.kind,
        Labelled(made.name, made.truth),
        made.pages,
    )
