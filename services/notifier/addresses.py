"""Where a webhook may go: a host is resolved once, each of its addresses is judged, and only those are connected to."""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx2

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

_LONGEST_URL = 2048
_HOST = re.compile(rb"[A-Za-z0-9._:-]+")
_GLOBAL_V6 = IPv6Network("2000::/3")
# Public by their number, and yet not for us: relays into other networks, and a cloud's own services.
_SPECIAL: tuple[Network, ...] = (
    IPv4Network("168.63.129.16/32"),
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv6Network("2001::/23"),
    IPv6Network("2001:db8::/32"),
    IPv6Network("2002::/16"),
    IPv6Network("3fff::/20"),
)


class ForbiddenUrlError(Exception):
    """This URL may not be called; the text tells why and names no address."""


def is_public(address: Address) -> bool:
    """Whether the address belongs to the open internet. What is not known to, does not."""
    if isinstance(address, IPv6Address) and address not in _GLOBAL_V6:
        return False  # loopback, link-local, unique local, multicast, and everything that wraps an IPv4 address
    closed = address.is_multicast or address.is_reserved or not address.is_global
    return not closed and not any(address in network for network in _SPECIAL)


def parse_networks(text: str) -> tuple[Network, ...]:
    """Networks from a list with commas. Raises ValueError."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def parse_url(text: str) -> httpx2.URL:
    """Raises ForbiddenUrlError for what is no plain http or https URL."""
    try:
        url = httpx2.URL(text)
    except (httpx2.InvalidURL, ValueError) as error:
        raise ForbiddenUrlError("This is not a URL.") from error
    if url.scheme not in {"http", "https"} or not _HOST.fullmatch(url.raw_host) or not _is_port(url.port):
        raise ForbiddenUrlError("Use a URL that begins with https:// and names a host.")
    if url.userinfo or url.fragment or len(text) > _LONGEST_URL:
        raise ForbiddenUrlError("A URL here has no user, no password, no fragment, and at most 2,048 characters.")
    return url


class Resolver:
    """Asks the system, in threads of its own: a name server that hangs holds up nothing else."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(16, thread_name_prefix="dns")

    async def __call__(self, host: str, port: int) -> list[str]:
        """The addresses of a host. Raises OSError when it has none."""
        found = await asyncio.get_running_loop().run_in_executor(self._threads, _look_up, host, port)
        return list(dict.fromkeys(found))

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class Guard:
    """Decides about hosts. `networks` may be reached although they are not public, and without encryption."""

    def __init__(self, resolve: Resolve, networks: Sequence[Network] = ()) -> None:
        self._resolve = resolve
        self._networks = networks

    async def addresses_of(self, url: httpx2.URL) -> list[str]:
        """The addresses to connect to. Raises ForbiddenUrlError when any is forbidden, OSError for an unknown host."""
        found = await self._resolve(url.host, url.port or (443 if url.scheme == "https" else 80))
        addresses = [ip_address(text) for text in found]
        named = [any(address in network for network in self._networks) for address in addresses]
        if not addresses or not all(ok or is_public(address) for ok, address in zip(named, addresses, strict=True)):
            raise ForbiddenUrlError("This host is not on the public internet.")
        if url.scheme == "http" and not all(named):
            raise ForbiddenUrlError("Use https: what is sent would be readable on its way.")
        return [str(address) for address in addresses]


def _is_port(port: int | None) -> bool:
    return port is None or 0 < port < 65536


def _look_up(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label too long for a name
        raise OSError("not a host name") from error
    return [str(entry[4][0]) for entry in found]
