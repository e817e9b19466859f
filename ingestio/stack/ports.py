"""Free loopback ports, remembered in the data folder so that URLs stay the same from start to start."""

import json
import os
import random
import socket
from collections.abc import Iterable
from pathlib import Path

# Below the range from which systems take the ports of outgoing connections, so nobody borrows ours between two starts.
FIRST, LAST, BLOCK = 20_000, 32_000, 16

_claims: dict[
    int, int
] = {}  # the descriptors of datagram sockets: plain ones, for they are kept until the process ends


def is_free(port: int) -> bool:
    """Whether nobody listens on this loopback port."""
    with socket.socket() as probe:
        # A connection that lingers after our last stop does not make the port taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return _binds(probe, port)


def claim(port: int) -> bool:
    """Take a free port for a program that is still to start; False when it is taken, or claimed by anybody here.

    A datagram socket of the same number says so to every process of the machine, and leaves the port itself free.
    """
    with socket.socket(type=socket.SOCK_DGRAM) as sign:
        if not (_binds(sign, port) and is_free(port)):
            return False
        _claims[port] = sign.detach()
    return True


def release(ports: Iterable[int]) -> None:
    """Give claimed ports back; the end of the process does that too."""
    for port in ports:
        os.close(_claims.pop(port))


def remembered_ports(file: Path, names: Iterable[str]) -> dict[str, int]:
    """A claimed port for each of at most 16 names: the one of last time, or a fresh one where that is taken."""
    known: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    block = _claimed_block()
    ports = {
        name: known[name] if name in known and claim(known[name]) else fresh
        for name, fresh in zip(names, block, strict=False)
    }
    release(set(block) - set(ports.values()))
    file.write_text(json.dumps(ports, indent=2))
    return ports


def _claimed_block() -> range:
    # A block at random: two stacks that start at the same moment hardly ever want the same one.
    while True:
        start = random.SystemRandom().randrange(FIRST, LAST, BLOCK)
        block = range(start, start + BLOCK)
        claimed = [port for port in block if claim(port)]
        if len(claimed) == BLOCK:
            return block
        release(claimed)


def _binds(probe: socket.socket, port: int) -> bool:
    try:
        probe.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True
