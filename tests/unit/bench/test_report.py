"""What a measurement found, and how it is told."""

import json
from pathlib import Path

from bench.report import BEGIN, END, put_into, save, table
from bench.result import limit, ratio, share


def test_each_round_is_compared_with_the_peer_of_the_same_round():
    result = ratio("P0", "speed", ours=[100, 300, 200], peer=[50, 100, 200], unit="1/s", goal=2)

    assert (result.compared, result.spread, result.rounds) == (2.0, (1.0, 3.0), 3)
    assert result.met


def test_a_limit_is_missed_from_above_and_a_share_from_below():
    assert not limit("P0", "latency", values=[61, 61, 61], unit="ms", most=60).met
    assert limit("P0", "latency", values=[60, 60, 61], unit="ms", most=60).met
    assert not share("P0", "of the ideal", values=[0.96], least=0.97).met


def test_a_new_result_takes_the_place_of_the_earlier_one(tmp_path: Path):
    file = tmp_path / "out" / "bench.json"
    save([limit("P1", "old", values=[1], unit="s", most=2), limit("P1", "gone", values=[1], unit="s", most=2)], file)
    save([limit("P2", "other", values=[1], unit="s", most=2)], file)
    save([limit("P1", "new", values=[3], unit="s", most=2)], file)

    told = json.loads(file.read_bytes())["results"]

    assert [(result["id"], result["what"]) for result in told] == [("P2", "other"), ("P1", "new")]


def test_a_miss_stands_out_in_the_table(tmp_path: Path):
    file = tmp_path / "bench.json"
    found = [limit("P10", "b", values=[1], unit="s", most=2), ratio("P9", "a", ours=[1], peer=[2], unit="1/s", goal=1)]
    save(found, file)

    lines = table(json.loads(file.read_bytes())).splitlines()

    assert lines[-2:] == [
        "| P9 | a | 1 1/s | 2 1/s | 0.5 | 0.5 to 0.5 | 1 | ≥ 1 | **missed** |",
        "| P10 | b | 1 s |  | 1 | 1 to 1 | 1 | ≤ 2 | met |",
    ]


def test_the_page_keeps_what_is_around_the_table():
    assert put_into(f"before\n{BEGIN}\nold\n{END}\nafter\n", "new") == f"before\n{BEGIN}\nnew\n{END}\nafter\n"
