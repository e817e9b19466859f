"""Which addresses a webhook may reach: the open internet, and what the operator has named."""

from collections.abc import Sequence
from ipaddress import ip_address

import pytest

from services.notifier.addresses import ForbiddenUrlError, Guard, is_public, parse_networks, parse_url


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "2a00:1450:4001:830::200e"])
def test_addresses_of_the_internet_are_public(address: str):
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254"),
        *("168.63.129.16", "169.254.169.254", "172.16.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1"),
        *("198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::127.0.0.1", "64:ff9b:1::1"),
        *("100::1", "2001::1", "2001:db8::1", "2002:7f00:1::1", "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1"),
        *("fe80::1%eth0", "fec0::1", "ff02::1", "5f00::1"),
    ],
)
def test_every_other_address_is_not(address: str):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        *("", "example.com", "//example.com", "https://", "https:///path", "ftp://example.com", "file:///etc/passwd"),
        *("gopher://example.com", "javascript:alert(1)", "https://ada:secret@example.com", "https://a@b@example.com"),
        *("https://example.com#part", "https://exam ple.com", "https://example.com:99999", "https://[::1", "unix:/s"),
        *("https://example.com/\n", "https://" + "a" * 2050),
    ],
)
def test_what_is_no_plain_url_is_refused(url: str):
    with pytest.raises(ForbiddenUrlError):
        parse_url(url)


async def addresses_of(url: str, found: Sequence[str], *, networks: str = "") -> list[str]:
    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return found

    return await Guard(resolve, parse_networks(networks)).addresses_of(parse_url(url))


async def test_a_public_host_is_reached_at_the_addresses_that_were_checked():
    assert await addresses_of("https://example.com", ["1.1.1.1", "2606:4700::1"]) == ["1.1.1.1", "2606:4700::1"]


@pytest.mark.parametrize("found", [["127.0.0.1"], ["1.1.1.1", "127.0.0.1"], ["1.1.1.1", "fd00::1"], []])
async def test_one_forbidden_address_forbids_the_host(found: list[str]):
    with pytest.raises(ForbiddenUrlError):
        await addresses_of("https://example.com", found)


async def test_a_network_that_the_operator_names_may_be_reached_also_without_encryption():
    assert await addresses_of("http://inside", ["10.1.2.3"], networks="10.1.0.0/16, ::1") == ["10.1.2.3"]
    with pytest.raises(ForbiddenUrlError):
        await addresses_of("http://inside", ["10.2.0.1"], networks="10.1.0.0/16")


async def test_nothing_is_sent_unencrypted_over_the_internet():
    with pytest.raises(ForbiddenUrlError):
        await addresses_of("http://example.com", ["1.1.1.1"])
