"""What the rules owe to the documents they were written beside: read again without the words only those documents use.

    python -m bench.held_out_words FOLDER:TYPE … [--kept FOLDER] [--show]

The folders are cut into folds of whole companies. For each fold the vocabularies lose every word that stands in documents of
the fold and in no other, as if the fold had never been seen; then the fold is read. That is a lower bound: words anybody
would have listed go too. Words inside written-out patterns stay.
"""

import argparse
import json
import subprocess
import sys
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.read_values import Known, labelled
from ingestio.evaluation.scoring import Tally
from services.extractor.local.text import SHORT, compact, tokens
from shared.page_rows import text_of

FOLDS = 5


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+", metavar="FOLDER:TYPE")
    parser.add_argument("--kept", type=Path, default=Path(".ingestio/pages"))
    parser.add_argument("--show", action="store_true", help="name the words of each fold")
    wanted = parser.parse_args()
    whole = _read(wanted.folders, wanted.kept, without=())
    own = _own_words(list(labelled(wanted.folders, wanted.kept)), whole["listed"])
    parted = []
    for fold in range(FOLDS):
        read = _read(wanted.folders, wanted.kept, without=own[fold])
        parted += [value for value in read["values"] if fold_of(value[2]) == fold]
        print(f"fold {fold}: {len(own[fold])} words taken out", *(own[fold] if wanted.show else ()))
    _print(whole["values"], parted)


def fold_of(group: str) -> int:
    """The fold of a company."""
    return zlib.crc32(group.encode()) % FOLDS


def _read(folders: Sequence[str], kept: Path, *, without: Sequence[str]) -> dict[str, Any]:
    asked = json.dumps({"folders": folders, "kept": str(kept), "without": without})
    command = (sys.executable, "-m", "bench.read_without")
    done = subprocess.run(command, input=asked, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - ourselves
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def _own_words(documents: Sequence[Known], listed: Sequence[str]) -> Mapping[int, list[str]]:
    """By fold the words that stand in its documents alone."""
    seen: dict[str, set[int]] = defaultdict(set)
    for known in documents:
        text = text_of(known.pages)
        single, run = tokens(text), "\n".join(compact(line) for line in text.splitlines())
        for word in listed:
            if word in single or (len(word) > SHORT and word in run):
                seen[word].add(fold_of(known.group))
    return {fold: [word for word in listed if seen[word] == {fold}] for fold in range(FOLDS)}


def _print(whole: Sequence[Sequence[Any]], parted: Sequence[Sequence[Any]]) -> None:
    tallies: dict[tuple[str, str], tuple[Tally, Tally]] = defaultdict(lambda: (Tally(), Tally()))
    for which, values in enumerate((whole, parted)):
        for population, field, _, known, given, right in values:
            for name in (field, "all fields"):
                tallies[population, name][which].add(Tally(int(known), int(given), int(known and right)))
    print(f"{'F1':36}{'all words':>10}{'held out':>10}")
    for (population, field), (seen, held_out) in sorted(tallies.items()):
        print(f"{population + ' ' + field:36}{seen.f1:10.3f}{held_out.f1:10.3f}")


if __name__ == "__main__":
    main()
