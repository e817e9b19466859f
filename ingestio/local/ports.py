"""Ports of the loopback interface: nothing of a local system listens anywhere else."""

import random
import socket

from ingestio.stack.ports import claim

LOOPBACK = "127.0.0.1"

# Below those of stacks (ingestio.stack.ports) and of outgoing connections: a service that starts anew finds its port as it left it.
_FIRST, _LAST = 10_000, 20_000


def free_port() -> int:
    """A port that nobody listens on, claimed for the life of this process: nobody else who asks here gets it."""
    while True:
        port = random.SystemRandom().randrange(_FIRST, _LAST)
        if claim(port):
            return port


def listen_on(port: int) -> socket.socket:
    """Take this port at once: who connects before it is served waits. Raises OSError when it is taken."""
    return socket.create_server((LOOPBACK, port))


def url_on(port: int) -> str:
    return f"http://{LOOPBACK}:{port}"


def url_of(listener: socket.socket) -> str:
    return url_on(listener.getsockname()[1])
