"""A RabbitMQ user for each service, which reads its own queues and says what that service says, and no more.

So a service that was taken over can neither read what others are told nor speak in their name.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import httpx2

from shared.events import EVENTS as EVENT_TYPES
from shared.messaging import CONTROL, DEAD, EVENTS, HEARS, control_queue, dead_queue, mark_of

# Who ends documents: events of the source `pipeline` are said by each of them.
_PIPELINE = ("ingest", "classifier", "extractor")
# The types a service may publish, by the source that stands in each event's contract.
SAYS: dict[str, tuple[str, ...]] = {
    service: tuple(
        event.type
        for event in EVENT_TYPES.values()
        if event.source == service or (event.source == "pipeline" and service in _PIPELINE)
    )
    for service in HEARS
}


@dataclass(frozen=True)
class Rights:
    """Regular expressions as RabbitMQ wants them: over names of queues and exchanges, and over routing keys by exchange.

    `configure` holds the exchanges too, so that a service can put a wiped broker in order again.
    """

    configure: str
    write: str
    read: str
    topics: Mapping[str, tuple[str, str]]


def rights_of(service: str) -> Rights:
    """To declare a queue takes the right to read it and to write to where it dead-letters; to bind one, to write to it."""
    own = (service, control_queue(service), dead_queue(service))
    reach = (*own, str(EVENTS.name), str(DEAD.name))
    dead = _any_of(dead_queue(service))
    return Rights(
        configure=_any_of(*reach, mark_of(service)),
        write=_any_of(*reach),
        read=_any_of(*reach),
        topics={
            str(EVENTS.name): (_any_of(*SAYS[service]), _any_of(*HEARS[service], *CONTROL)),
            str(DEAD.name): (dead, dead),
        },
    )


def user_of(service: str) -> str:
    return f"ingestio-{service}"


def url_of_user(admin_url: str, service: str, password: str) -> str:
    """The URL of the same broker for a service's own user."""
    parts = urlsplit(admin_url)
    return parts._replace(
        netloc=f"{user_of(service)}:{quote(password, safe='')}@{parts.hostname}:{parts.port}"
    ).geturl()


async def add_users(management_url: str, vhost: str, passwords: Mapping[str, str]) -> None:
    """Make the users, by service, or give them their rights and passwords anew.

    `management_url` is `http://admin:password@host:15672`. Raises httpx2.HTTPError.
    """
    parts = urlsplit(management_url)
    admin = httpx2.BasicAuth(parts.username or "", parts.password or "")
    base = f"{parts.scheme}://{parts.hostname}:{parts.port}/api"
    async with httpx2.AsyncClient(base_url=base, auth=admin, timeout=30, trust_env=False) as http:
        for service, password in passwords.items():
            await _put(http, f"/users/{user_of(service)}", {"password": password, "tags": ""})
            await _allow(http, f"{quote(vhost, safe='')}/{user_of(service)}", rights_of(service))


async def _allow(http: httpx2.AsyncClient, who: str, rights: Rights) -> None:
    names = {"configure": rights.configure, "write": rights.write, "read": rights.read}
    await _put(http, f"/permissions/{who}", names)
    for exchange, (write, read) in rights.topics.items():
        await _put(http, f"/topic-permissions/{who}", {"exchange": exchange, "write": write, "read": read})


async def _put(http: httpx2.AsyncClient, path: str, body: Mapping[str, str]) -> None:
    (await http.put(path, json=dict(body))).raise_for_status()


def _any_of(*words: str) -> str:
    """Matches these words only; nothing when there are none."""
    return "^(" + "|".join(re.escape(word).replace("\\-", "-") for word in words) + ")$" if words else "^$"
