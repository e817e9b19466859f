"""The environment of our child processes: nothing of ours leaks in, no setting of the machine changes them."""

import os
from pathlib import Path


def child_environ(home: Path) -> dict[str, str]:
    """A small environment with a private HOME."""
    path = os.environ.get("PATH", os.defpath)
    # The last one holds epmd where the distribution does not link it; sbin is missing in some users' paths.
    return {
        "PATH": f"{path}:/usr/sbin:/usr/lib/erlang/bin",
        "HOME": str(home.resolve()),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
    }
