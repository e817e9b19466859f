"""Sends one request to a receiver nobody vouches for: to checked addresses only, without redirects, within 15 seconds."""

import asyncio
import contextlib
import ssl
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import httpcore2
import httpx2

from services.notifier.addresses import ForbiddenUrlError, Guard, parse_url

TOTAL_SECONDS = 15.0
_EXCERPT_BYTES = 1024
_EXCERPT_SECONDS = 2.0


@dataclass(frozen=True)
class Answer:
    """What the receiver said; of a refusal, the beginning of its words."""

    status: int
    excerpt: str = ""


class SendError(Exception):
    """No answer came. `code` is for programs, the text for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class _Pinned(httpcore2.AsyncNetworkBackend):
    """Connects to the addresses that were checked, whatever the host's name means by now."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = addresses
        self._network = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,  # noqa: ARG002  # looking it up again is just what must not happen
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # as httpcore declares it
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        *others, last = self._addresses
        for address in others:
            with contextlib.suppress(httpcore2.ConnectError, httpcore2.ConnectTimeout):
                return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
        return await self._network.connect_tcp(last, port, timeout, local_address, socket_options)


class Sender:
    """Posts to receivers. One connection a request: every request is checked anew."""

    def __init__(self, guard: Guard, *, total_seconds: float = TOTAL_SECONDS) -> None:
        self._guard = guard
        self._total_seconds = total_seconds
        self._ssl = httpcore2.default_ssl_context()

    async def check(self, text: str) -> str:
        """The URL, once it may be called. Raises ForbiddenUrlError."""
        url = parse_url(text)
        try:
            async with asyncio.timeout(self._total_seconds):
                await self._guard.addresses_of(url)
        except (OSError, TimeoutError) as error:
            raise ForbiddenUrlError("The name of this host is not known.") from error
        return str(url)

    async def post(self, text: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
        """Raises SendError."""
        try:
            async with asyncio.timeout(self._total_seconds):
                url = parse_url(text)
                return await self._exchange(url, await self._guard.addresses_of(url), headers, body)
        except ForbiddenUrlError as error:
            raise SendError("forbidden_address", str(error)) from error
        except (TimeoutError, httpcore2.TimeoutException) as error:
            raise SendError("timeout", f"No answer came within {self._total_seconds:.0f} seconds.") from error
        except (httpcore2.ProtocolError, httpcore2.UnsupportedProtocol) as error:
            raise SendError("not_http", "What came back was no HTTP.") from error
        except (httpcore2.NetworkError, ssl.SSLError) as error:
            code = "tls_failed" if "SSL" in str(error) or "certificate" in str(error) else "connection_failed"
            raise SendError(code, "The connection could not be made, or broke.") from error
        except OSError as error:
            raise SendError("unknown_host", "The name of this host is not known.") from error

    async def _exchange(
        self, url: httpx2.URL, addresses: Sequence[str], headers: Mapping[str, str], body: bytes
    ) -> Answer:
        target = httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        sent = {"host": url.netloc.decode(), "content-length": str(len(body)), **headers}
        async with (
            httpcore2.AsyncConnectionPool(ssl_context=self._ssl, network_backend=_Pinned(addresses)) as connections,
            connections.stream("POST", target, headers=[*sent.items()], content=body) as response,
        ):
            refused = response.status >= 300
            return Answer(response.status, await _beginning(response) if refused else "")


async def _beginning(response: httpcore2.Response) -> str:
    """Some of the body, if it comes soon: it may be endless."""
    read = b""
    with contextlib.suppress(TimeoutError, httpcore2.NetworkError, httpcore2.ProtocolError):
        async with asyncio.timeout(_EXCERPT_SECONDS):
            async for piece in response.aiter_stream():
                read += piece
                if len(read) >= _EXCERPT_BYTES:
                    break
    return read[:_EXCERPT_BYTES].decode(errors="replace").replace("\0", "")
