"""How a process starts sooner: it does not look for garbage while it imports what it needs."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def nothing_collected() -> Iterator[None]:
    """Imports leave nothing behind, and looking for it takes a fifth of their time. What they made is never looked through."""
    wanted = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if wanted:
            gc.enable()
