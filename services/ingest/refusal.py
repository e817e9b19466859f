"""Why a file is not taken."""

from shared.problems import Permanent


class RefusedError(Permanent):
    """The file itself is the reason: `category` and `message` are shown to its owner."""
