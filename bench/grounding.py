"""How well lies are told from true values: every value of a labelled folder, and lies made from it, looked up on its pages.

    python -m bench.grounding FOLDER … [--without FILE …] [--kept FOLDER] [--show]

Asked: lies flagged at least 99 %, true values at most 2 %. Lies that stand on the pages by chance are left out. Name with
--without the files whose labels are of another document. Exits with 1 when a folder misses either figure.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from bench.labelled_pages import pages_of
from bench.lies import is_printed, lie_about, typed
from ingestio.evaluation.labels import Labelled, labels_in
from services.extractor.grounding import UNGROUNDED, ground
from shared.pages import Pages

LIES = 3  # made from each value
MOST_TRUE, FEWEST_LIES = 0.02, 0.99


@dataclass
class Tally:
    """Values looked up and flagged, by field; `wrong` are those that were flagged, or not, against the truth."""

    seen: Counter[str] = field(default_factory=Counter)
    flagged: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def look_up(self, document: str, values: Mapping[str, Any], pages: Pages, *, lies: bool) -> None:
        for name, evidence in ground(dict(values), pages).items():
            found = UNGROUNDED in evidence.warnings
            self.seen[name] += 1
            self.flagged[name] += found
            if found is not lies:
                self.wrong.append(f"  {document} {name}: {'a lie passed' if lies else 'flagged'}: {values[name]!r}")

    def share(self, name: str) -> str:
        """How many of a field's values were flagged; of all fields for an empty name."""
        return (
            f"{self.flagged[name]} of {self.seen[name]}" if name else f"{self.flagged.total()} of {self.seen.total()}"
        )


def measure(labels: Sequence[Labelled], pages: Mapping[str, Pages], *, seed: int = 5) -> tuple[Tally, Tally]:
    """What the labels say, and lies about it, looked up. Lists of rows are left out."""
    random, true, false = Random(seed), Tally(), Tally()  # makes lies, guards nothing
    scalars = {label.name: {n: v for n, v in label.fields.items() if not isinstance(v, list)} for label in labels}
    said = {name: typed(fields) for name, fields in scalars.items()}
    for document, values in said.items():
        true.look_up(document, values, pages[document], lies=False)
        for _ in range(LIES):
            lies = {name: _lie(name, value, said, random) for name, value in values.items()}
            lies = {n: lie for n, lie in lies.items() if lie != values[n] and not is_printed(lie, pages[document])}
            false.look_up(document, lies, pages[document], lies=True)
    return true, false


def _lie(name: str, value: Any, said: Mapping[str, Mapping[str, Any]], random: Random) -> Any:
    others = [values[name] for values in said.values() if name in values and values[name] != value]
    return lie_about(value, others=[other for other in others if type(other) is type(value)], random=random)


def main(arguments: argparse.Namespace) -> int:
    good = True
    for folder in arguments.folders:
        labels = [label for label in labels_in(folder) if label.name not in arguments.without]
        true, lies = measure(labels, pages_of(folder, labels, kept=arguments.kept))
        print(f"\n{folder.name}: {len(labels)} documents\n{'':20}{'true flagged':>18}{'lies flagged':>18}")
        for name in [*true.seen, ""]:
            print(f"{name or 'all':20}{true.share(name):>18}{lies.share(name):>18}")
        print(*[*true.wrong, *lies.wrong] if arguments.show else (), sep="\n")
        good &= true.flagged.total() <= MOST_TRUE * true.seen.total()
        good &= lies.flagged.total() >= FEWEST_LIES * lies.seen.total()
    return int(not good)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--without", nargs="+", default=[], metavar="FILE")
    parser.add_argument("--kept", type=Path, default=Path(".ingestio/pages"))
    parser.add_argument("--show", action="store_true", help="every value that went wrong")
    sys.exit(main(parser.parse_args()))
