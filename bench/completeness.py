"""Whether long lists come back whole, and whether what a failing model spoilt is noticed.

    python -m bench.completeness [--rows 25 100 400] [--looks text scan ocr] [--seeds 3] [--failures drops_one …]

For each kind of document, length and look: an honest model's rows against the truth, then models that fail in sixteen ways,
each in one window of pages. Exits with 1 when a list is not complete, or a spoilt result passes for a good one.
"""

import argparse
import asyncio
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.extractor.model import read_fields
from shared.errors import Problem
from shared.pages import Pages
from shared.results import JsonObject, Result
from tests.failing_models import DAMAGES, Damage
from tests.fake_model import FakeModel, by_page, client_within
from tests.long_lists import MAKERS, LongList, as_pdf, text_pages
from tests.scans import real_scan, simulated_scan

LOOKS: dict[str, Callable[[bytes, int], Pages]] = {
    "text": lambda pdf, _: text_pages(pdf),
    "scan": lambda pdf, seed: simulated_scan(text_pages(pdf), seed=seed),
    "ocr": lambda pdf, seed: real_scan(pdf, seed=seed),
}


@dataclass
class Tally:
    """Of one length and look."""

    wanted: int = 0
    given: int = 0
    right: int = 0
    honest: int = 0
    honest_flagged: int = 0
    spoilt: int = 0
    spoilt_flagged: int = 0
    missed: Counter[str] = field(default_factory=Counter)
    why: Counter[str] = field(default_factory=Counter)


async def read(document: LongList, pages: Pages, answer: Callable[[JsonObject], JsonObject]) -> Result | None:
    """None where the document was refused."""
    async with client_within(FakeModel(answer)) as client:
        try:
            return await read_fields(
                pages,
                document_type=document.kind,
                prompt="Read it.",
                schema=document.schema,
                client=client,
                model="fake",
            )
        except Problem:
            return None


def honest(document: LongList) -> Callable[[JsonObject], JsonObject]:
    return by_page(document.whole, document.list_name, document.pages)


def spoiling(document: LongList, damage: Damage, seed: int) -> Callable[[JsonObject], JsonObject]:
    """Spoils every answer that shows one page of the document, as a model does that cannot cope with it."""
    page = random.Random(seed).randint(1, len(document.pages))
    right = honest(document)

    def answer(body: JsonObject) -> JsonObject:
        told, name = right(body), document.list_name
        shown = f"\n[page {page}]\n" in body["messages"][1]["content"] and len(told[name]) > 1
        return told | {name: damage(told[name], random.Random(seed))} if shown else told

    return answer


async def measure(document: LongList, pages: Pages, tally: Tally, *, seed: int, failures: Sequence[Damage]) -> None:
    result = await read(document, pages, honest(document))
    rows = result.data[document.list_name] if result else []
    tally.wanted += len(document.rows)
    tally.given += len(rows)
    tally.right += (_as_set(document.rows) & _as_set(rows)).total()
    tally.honest += 1
    if result is None or result.needs_review:
        tally.honest_flagged += 1
        tally.why.update({warning.code for warning in result.warnings} if result else {"refused"})
    for damage in failures:
        result = await read(document, pages, spoiling(document, damage, seed))
        if result and result.data == document.truth:
            continue  # the damage was outvoted or changed nothing
        tally.spoilt += 1
        tally.spoilt_flagged += result is None or result.needs_review
        if result and not result.needs_review:
            tally.missed[damage.__name__] += 1


def _as_set(rows: list[JsonObject]) -> Counter[str]:
    return Counter(json.dumps(row, sort_keys=True) for row in rows)


async def main(arguments: argparse.Namespace) -> int:
    tallies: dict[tuple[int, str], Tally] = defaultdict(Tally)
    failures = [damage for damage in DAMAGES if damage.__name__ in arguments.failures]
    for rows in arguments.rows:
        for look in arguments.looks:
            for kind in arguments.kinds:
                for seed in range(1, arguments.seeds + 1):
                    document = MAKERS[kind](rows, seed=seed)
                    pages = LOOKS[look](as_pdf(document), seed)
                    await measure(document, pages, tallies[rows, look], seed=seed, failures=failures)
            print(_line(rows, look, tallies[rows, look]), flush=True)
    print(_line("all", "", _sum(tallies.values())))
    return int(any(tally.right < tally.wanted or tally.spoilt_flagged < tally.spoilt for tally in tallies.values()))


def _line(rows: object, look: str, tally: Tally) -> str:
    return (
        f"{rows!s:>5} {look:5} recall {tally.right / tally.wanted:.3f}  precision {tally.right / max(tally.given, 1):.3f}  "
        f"honest flagged {tally.honest_flagged}/{tally.honest} {dict(tally.why) or ''}  "
        f"spoilt flagged {tally.spoilt_flagged}/{tally.spoilt} {dict(tally.missed) or ''}"
    )


def _sum(tallies: Any) -> Tally:
    whole = Tally()
    for tally in tallies:
        for name, value in vars(tally).items():
            setattr(whole, name, getattr(whole, name) + value)
    return whole


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[25, 100, 400])
    parser.add_argument("--looks", nargs="+", choices=LOOKS, default=["text", "scan"])
    parser.add_argument("--kinds", nargs="+", choices=MAKERS, default=list(MAKERS))
    names = [damage.__name__ for damage in DAMAGES]
    parser.add_argument("--failures", nargs="+", choices=names, default=names)
    parser.add_argument("--seeds", type=int, default=3)
    sys.exit(asyncio.run(main(parser.parse_args())))
