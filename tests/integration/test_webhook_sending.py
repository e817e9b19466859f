"""Sending to receivers nobody vouches for: forbidden addresses are never connected to, hostile answers do no harm."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from services.notifier.addresses import ForbiddenUrlError, Guard, Resolver, parse_networks
from services.notifier.sending import Answer, Sender, SendError
from tests.integration.webhook_receivers import ALLOWED, FORBIDDEN, Receiver, receiving

# What name servers of attackers say; every other host is looked up for real.
_LONG = 60.0  # seconds; what ends by itself does long before, on a slow machine too
NAMES = {
    "localhost.example": ["127.0.0.1"],
    "v6.example": ["::1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "mixed.example": ["1.1.1.1", "127.0.0.1"],
    "last.example": [ALLOWED, "127.0.0.1"],
    "metadata.google.internal": ["169.254.169.254"],
    "127.0.0.1.nip.example": ["127.0.0.1"],
    "xn--lcalhost-54a.example": ["127.0.0.1"],
    "nowhere.example": [],
}
FORMS = [
    *("http://127.0.0.1:{port}/", "https://127.0.0.1:{port}/", "http://localhost:{port}/", "http://LOCALHOST:{port}/"),
    *("http://127.1:{port}/", "http://127.0.1:{port}/", "http://2130706433:{port}/", "http://0x7f000001:{port}/"),
    *("http://0x7f.0.0.1:{port}/", "http://0177.0.0.1:{port}/", "http://017700000001:{port}/"),
    *("http://0x7f.1:{port}/", "http://127.0x0.0.1:{port}/", "http://127.0.0.1.:{port}/", "http://localhost.:{port}/"),
    *("http://0:{port}/", "http://0.0.0.0:{port}/", "http://00000000:{port}/", "http://[::1]:{port}/"),
    *("http://[::]:{port}/", "http://[0:0:0:0:0:0:0:1]:{port}/", "http://[::ffff:127.0.0.1]:{port}/"),
    *("http://[::ffff:7f00:1]:{port}/", "http://[::127.0.0.1]:{port}/", "http://[64:ff9b::127.0.0.1]:{port}/"),
    *("http://[2002:7f00:1::]:{port}/", "http://[fe80::1%25lo]:{port}/", "http://169.254.169.254:{port}/latest"),
    *("http://[fd00:ec2::254]:{port}/", "http://168.63.129.16:{port}/", "http://100.100.100.200:{port}/"),
    *("http://user@127.0.0.1:{port}/", "http://good.example@127.0.0.1:{port}/", "http://127.0.0.1:{port}#@good/"),
    *("http://good.example:80@127.0.0.1:{port}/", "http://127.0.0.1:{port}\\@good.example/"),
    *(
        "http://①②⑦.⓪.⓪.①:{port}/",
        "http://ⓛocalhost:{port}/",
        "http://127。0。0。1:{port}/",
        "http://%31%32%37.1:{port}/",
    ),
    *("http://127.0.0.1%00.good.example:{port}/", "http://127.0.0.1\t:{port}/", "http:127.0.0.1:{port}"),
    *("http:///127.0.0.1:{port}/", "gopher://127.0.0.1:{port}/_POST", "file://127.0.0.1:{port}/etc/passwd"),
    *("http://localhost.example:{port}/", "http://v6.example:{port}/", "http://mapped.example:{port}/"),
    *("http://mixed.example:{port}/", "http://last.example:{port}/", "http://127.0.0.1.nip.example:{port}/"),
    *("http://metadata.google.internal:{port}/", "http://lócalhost.example:{port}/", "http://nowhere.example:{port}/"),
]


@pytest.fixture
async def resolver() -> AsyncIterator[Resolver]:
    resolver = Resolver()
    yield resolver
    await resolver.close()


@pytest.fixture
async def canary() -> AsyncIterator[Receiver]:
    """On an address that is not allowed: whatever reaches it is a hole."""
    async with receiving(FORBIDDEN) as receiver:
        yield receiver


def a_sender(resolver: Resolver, networks: str = f"{ALLOWED}/32", *, total_seconds: float = 15.0) -> Sender:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return NAMES[host] if host in NAMES else await resolver(host, port)

    return Sender(Guard(resolve, parse_networks(networks)), total_seconds=total_seconds)


async def test_no_form_of_a_forbidden_address_reaches_the_canary(resolver: Resolver, canary: Receiver):
    sender = a_sender(resolver)
    reached, refusals = [], set()
    for form in FORMS:
        url = form.format(port=canary.port)
        try:
            await sender.check(url)
            reached.append(form)
        except ForbiddenUrlError:
            pass
        try:
            await sender.post(url, headers={}, body=b"{}")
            reached.append(form)
        except SendError as error:
            refusals.add(error.code)

    assert len(FORMS) >= 40
    assert refusals <= {"forbidden_address", "unknown_host"}
    assert (reached, canary.connections) == ([], 0)


async def test_the_canary_sings_where_it_is_allowed(resolver: Resolver, canary: Receiver):
    sender = a_sender(resolver, f"{FORBIDDEN}/32")

    assert await sender.post(canary.url("/"), headers={}, body=b"{}") == Answer(200)
    assert canary.connections == 1


async def test_a_name_is_looked_up_once_and_what_was_checked_is_connected_to(receiver: Receiver, canary: Receiver):
    """DNS rebinding: the second answer would be the forbidden address."""
    answers = [[ALLOWED], [FORBIDDEN]]

    async def rebinding(_host: str, _port: int) -> Sequence[str]:
        return answers.pop(0)

    sender = Sender(Guard(rebinding, parse_networks(f"{ALLOWED}/32")))
    url = f"http://rebinding.example:{receiver.port}/ok"

    assert (await sender.post(url, headers={}, body=b"{}")).status == 200
    assert receiver.at("/ok")[0].headers["host"] == f"rebinding.example:{receiver.port}"
    with pytest.raises(SendError):
        await sender.post(url, headers={}, body=b"{}")
    assert canary.connections == 0


@pytest.mark.parametrize("path", ["/302", "/307"])
async def test_redirects_are_not_followed(resolver: Resolver, receiver: Receiver, canary: Receiver, path: str):
    receiver.elsewhere = canary.url("/")

    assert (await a_sender(resolver).post(receiver.url(path), headers={}, body=b"{}")).status == int(path[1:])
    assert canary.connections == 0


@pytest.mark.parametrize("path", ["/hang", "/drip"])
async def test_a_receiver_that_takes_its_time_is_left(resolver: Resolver, receiver: Receiver, path: str):
    sender = a_sender(resolver, total_seconds=0.5)
    async with asyncio.timeout(_LONG):
        with pytest.raises(SendError) as caught:
            await sender.post(receiver.url(path), headers={}, body=b"{}")
    assert caught.value.code == "timeout"


async def test_an_endless_body_is_not_read(resolver: Resolver, receiver: Receiver):
    sender = a_sender(resolver, total_seconds=10 * _LONG)
    async with asyncio.timeout(_LONG):
        assert await sender.post(receiver.url("/endless"), headers={}, body=b"{}") == Answer(200)


async def test_of_an_endless_refusal_the_beginning_is_kept(resolver: Resolver, receiver: Receiver):
    sender = a_sender(resolver, total_seconds=10 * _LONG)
    async with asyncio.timeout(_LONG):
        answer = await sender.post(receiver.url("/endless-500"), headers={}, body=b"{}")
    assert (answer.status, answer.excerpt) == (500, "a" * 1024)


@pytest.mark.parametrize(("path", "code"), [("/garbage", "not_http"), ("/silent", "not_http")])
async def test_what_is_no_answer_is_told_so(resolver: Resolver, receiver: Receiver, path: str, code: str):
    with pytest.raises(SendError) as caught:
        await a_sender(resolver).post(receiver.url(path), headers={}, body=b"{}")
    assert caught.value.code == code


async def test_a_closed_port_is_told_so(resolver: Resolver, receiver: Receiver):
    with pytest.raises(SendError) as caught:
        await a_sender(resolver).post(f"http://{ALLOWED}:1/", headers={}, body=b"{}")
    assert caught.value.code == "connection_failed"
