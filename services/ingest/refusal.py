"""Why a file is not taken."""

from shared.errors import Permanent


class RefusedError(Permanent):
    """The file itself is the reason: `category` and `message` are shown to its owner."""
