"""The cookie that a signed-in browser carries instead of a token, and for whom alone it counts."""

from collections.abc import Mapping
from urllib.parse import urlsplit

COOKIE = "ingestio_session"
READS = frozenset({"GET", "HEAD", "OPTIONS"})


def from_own_page(method: str, headers: Mapping[str, str]) -> bool:
    """Whether the page of this very origin asks. `headers` have names in lower case, as Starlette's do.

    A browser sends the cookie along whoever made it ask, another port of the same host included, so the cookie alone
    proves nothing. Over plain HTTP to another machine browsers leave `Sec-Fetch-Site` out; `Origin` then decides over
    everything that changes something.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        return site == "same-origin" or (site == "none" and method in READS)
    if origin is not None:
        return urlsplit(origin).netloc == headers.get("x-forwarded-host", headers.get("host"))
    return method in READS
