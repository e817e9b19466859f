import json
import socket
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from ingestio.local.ports import free_port
from ingestio.stack.ports import FIRST, LAST, claim, is_free, release, remembered_ports

ASKS_FOR_IT = "import sys; from ingestio.stack.ports import claim; print(claim(int(sys.argv[1])))"


def one_start(folder: Path, names: Iterable[str]) -> dict[str, int]:
    """The ports that a stack has from its start to its stop."""
    ports = remembered_ports(folder / "ports.json", names)
    release(ports.values())
    return ports


def claimed_elsewhere(port: int) -> bool:
    """Whether another process gets it."""
    asked = subprocess.run([sys.executable, "-c", ASKS_FOR_IT, str(port)], capture_output=True, text=True, check=True)
    return asked.stdout == "True\n"


def test_ports_stay_the_same_from_start_to_start(tmp_path: Path):
    first = one_start(tmp_path, ("amqp", "s3"))

    assert one_start(tmp_path, ("amqp", "s3")) == first


def test_a_port_that_somebody_took_is_replaced_and_the_others_stay(tmp_path: Path):
    first = one_start(tmp_path, ("amqp", "s3"))
    with socket.create_server(("127.0.0.1", first["s3"])):
        second = one_start(tmp_path, ("amqp", "s3"))

    assert second["amqp"] == first["amqp"]
    assert second["s3"] != first["s3"]


def test_a_new_name_gets_a_port_and_the_known_ones_keep_theirs(tmp_path: Path):
    first = one_start(tmp_path, ("amqp",))
    second = one_start(tmp_path, ("amqp", "s3"))

    assert second["amqp"] == first["amqp"]
    assert json.loads((tmp_path / "ports.json").read_text()) == second


def test_ports_are_free_different_and_below_those_of_outgoing_connections(tmp_path: Path):
    names = [f"port{number}" for number in range(13)]
    ports = one_start(tmp_path, names).values()

    assert len(set(ports)) == len(names)
    assert all(FIRST <= port < LAST + 16 and is_free(port) for port in ports)


def test_a_free_port_is_no_stacks_and_none_of_outgoing_connections_and_never_given_twice():
    ports = [free_port() for _ in range(50)]

    assert len(set(ports)) == len(ports)
    assert all(1024 < port < FIRST for port in ports)


def test_what_one_process_claimed_another_does_not_get_until_it_is_released():
    port = free_port()

    assert is_free(port)  # for the program that it was claimed for
    assert not claimed_elsewhere(port)
    release([port])
    assert claimed_elsewhere(port)


def test_a_port_that_somebody_listens_on_cannot_be_claimed():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert not claim(listener.getsockname()[1])


def test_the_claims_of_a_stack_end_with_it(tmp_path: Path):
    ports = remembered_ports(tmp_path / "ports.json", ("amqp", "s3"))

    assert not any(claim(port) for port in ports.values())
    release(ports.values())
    assert all(claim(port) for port in ports.values())
    release(ports.values())
