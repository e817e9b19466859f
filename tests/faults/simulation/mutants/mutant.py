"""A mutant: one protection of the product taken away while a block runs. A target that is no longer there fails loudly."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from tests.faults.simulation.plan import Conditions
from tests.faults.simulation.tables import Tables

Breakage = Callable[[Tables], AbstractContextManager[Any]]


class TargetMissingError(Exception):
    """The product has changed: what this mutant breaks is not there any more."""


@dataclass(frozen=True)
class Mutant:
    """`breaks` takes the protection away; `under` are the faults that it protects from.

    `seed` is where the search begins: one that showed it once, where the first ones do not.
    """

    name: str
    breaks: Breakage
    under: Conditions
    seed: int = 1


def with_text(where: Any, name: str, *changes: tuple[str, str]) -> Breakage:
    """A constant SQL text of a module, changed."""

    def breaks(_tables: Tables) -> AbstractContextManager[Any]:
        return patch.object(where, name, _changed(getattr(where, name), changes))

    return breaks


def with_function(where: Any, name: str, replacement: Any) -> Breakage:
    """A function, method or class that a module uses, replaced. Raises AttributeError where it is gone."""

    def breaks(_tables: Tables) -> AbstractContextManager[Any]:
        return patch.object(where, name, replacement)

    return breaks


def with_sql_function(services: tuple[str, ...], name: str, *changes: tuple[str, str]) -> Breakage:
    """A function in the databases of these services, changed."""

    @contextmanager
    def breaks(tables: Tables) -> Iterator[None]:
        originals = {service: tables.function(service, name) for service in services}
        for service, text in originals.items():
            tables.execute(service, _changed(text, changes))
        try:
            yield
        finally:
            for service, text in originals.items():
                tables.execute(service, text)

    return breaks


def with_schema(service: str, *, change: str, restore: str) -> Breakage:
    """A change of a service's schema, and what takes it back. Raises what PostgreSQL says where the target is gone."""

    @contextmanager
    def breaks(tables: Tables) -> Iterator[None]:
        tables.execute(service, change)
        try:
            yield
        finally:
            tables.empty()
            tables.execute(service, restore)

    return breaks


def all_of(*breakages: Breakage) -> Breakage:
    """Several at once."""

    @contextmanager
    def breaks(tables: Tables) -> Iterator[None]:
        first, *others = breakages
        with first(tables):
            if others:
                with all_of(*others)(tables):
                    yield
            else:
                yield

    return breaks


def _changed(text: str, changes: tuple[tuple[str, str], ...]) -> str:
    for before, after in changes:
        if before not in text:
            raise TargetMissingError(before)
        text = text.replace(before, after)
    return text
