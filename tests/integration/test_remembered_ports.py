import json
import socket
from pathlib import Path

from ingestio.local.ports import free_port
from ingestio.stack.ports import FIRST, LAST, is_free, remembered_ports


def test_ports_stay_the_same_from_start_to_start(tmp_path: Path):
    first = remembered_ports(tmp_path / "ports.json", ("amqp", "s3"))

    assert remembered_ports(tmp_path / "ports.json", ("amqp", "s3")) == first


def test_a_port_that_somebody_took_is_replaced_and_the_others_stay(tmp_path: Path):
    first = remembered_ports(tmp_path / "ports.json", ("amqp", "s3"))
    with socket.create_server(("127.0.0.1", first["s3"])):
        second = remembered_ports(tmp_path / "ports.json", ("amqp", "s3"))

    assert second["amqp"] == first["amqp"]
    assert second["s3"] != first["s3"]


def test_a_new_name_gets_a_port_and_the_known_ones_keep_theirs(tmp_path: Path):
    first = remembered_ports(tmp_path / "ports.json", ("amqp",))
    second = remembered_ports(tmp_path / "ports.json", ("amqp", "s3"))

    assert second["amqp"] == first["amqp"]
    assert json.loads((tmp_path / "ports.json").read_text()) == second


def test_ports_are_free_different_and_below_those_of_outgoing_connections(tmp_path: Path):
    names = [f"port{number}" for number in range(13)]
    ports = remembered_ports(tmp_path / "ports.json", names).values()

    assert len(set(ports)) == len(names)
    assert all(FIRST <= port < LAST + 16 and is_free(port) for port in ports)


def test_a_free_port_is_no_stacks_and_none_of_outgoing_connections_and_never_given_twice():
    ports = [free_port() for _ in range(50)]

    assert len(set(ports)) == len(ports)
    assert all(1024 < port < FIRST for port in ports)
