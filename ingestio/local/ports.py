"""Ports of the loopback interface: nothing of a local system listens anywhere else."""

import random
import socket

LOOPBACK = "127.0.0.1"

# Below those of stacks (ingestio.stack.ports) and of outgoing connections: a service that starts anew finds its port as it left it.
_FIRST, _LAST = 10_000, 20_000
_given: set[int] = set()


def free_port() -> int:
    """A port that nobody listens on now; never the same twice."""
    while True:
        port = random.SystemRandom().randrange(_FIRST, _LAST)
        if port not in _given and is_free(port):
            _given.add(port)
            return port


def is_free(port: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def url_on(port: int) -> str:
    return f"http://{LOOPBACK}:{port}"
