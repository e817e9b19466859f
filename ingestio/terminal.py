"""The terminal: as wide as it is; where there is none, wide enough that no table breaks."""

import sys

from rich.console import Console

_WIDTH_OF_A_FILE = 120


def new_console() -> Console:
    return Console(width=None if sys.stdout.isatty() else _WIDTH_OF_A_FILE)
