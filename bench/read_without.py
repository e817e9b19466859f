"""Reads labelled folders with words taken out of the vocabularies; a process of its own, for they are made at import.

Standard input: JSON of `folders` (each FOLDER:TYPE), `kept` and `without`. Standard output: JSON of the words that are
listed, and of each value its folder, field, company, and whether it was labelled, given and right.
"""

import importlib
import json
import sys
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path

VOCABULARY = "services.extractor.local.text"


def main() -> None:
    asked = json.load(sys.stdin)
    listed = _without(frozenset(asked["without"]))
    values = importlib.import_module("bench.read_values")  # only now, for it imports the vocabularies
    told = [
        (value.population, value.field, value.group, value.wanted is not None, value.got is not None, value.right)
        for value in values.read(values.labelled(asked["folders"], Path(asked["kept"])))
    ]
    json.dump({"listed": sorted(listed), "values": told}, sys.stdout)


def _without(gone: frozenset[str]) -> set[str]:
    """Put the module that makes vocabularies in place before its package, so that it leaves words out; what it listed."""
    package = find_spec("services.extractor")
    assert package is not None
    assert package.origin is not None
    spec = spec_from_file_location(VOCABULARY, Path(package.origin).parent / "local" / "text.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[VOCABULARY] = module
    spec.loader.exec_module(module)
    listed: set[str] = set()

    def words(told: str) -> tuple[str, ...]:
        listed.update(told.split())
        return tuple(word for word in told.split() if word not in gone)

    vars(module)["words"] = words
    return listed


if __name__ == "__main__":
    main()
