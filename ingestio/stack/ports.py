"""Free loopback ports, remembered in the data folder so that URLs stay the same from start to start."""

import json
import random
import socket
from collections.abc import Iterable
from pathlib import Path

# Below the range from which systems take the ports of outgoing connections, so nobody borrows ours between two starts.
FIRST, LAST, BLOCK = 20_000, 32_000, 16


def is_free(port: int) -> bool:
    """Whether nobody listens on this loopback port."""
    with socket.socket() as probe:
        # A connection that lingers after our last stop does not make the port taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def remembered_ports(file: Path, names: Iterable[str]) -> dict[str, int]:
    """A port for each of at most 16 names: the one of last time, or a fresh one where that is taken."""
    known: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    fresh = dict(zip(names, _free_block(), strict=False))
    ports = {name: known[name] if name in known and is_free(known[name]) else port for name, port in fresh.items()}
    file.write_text(json.dumps(ports, indent=2))
    return ports


def _free_block() -> range:
    # A block at random: two stacks that start at the same moment hardly ever choose the same one.
    while True:
        start = random.SystemRandom().randrange(FIRST, LAST, BLOCK)
        block = range(start, start + BLOCK)
        if all(is_free(port) for port in block):
            return block
