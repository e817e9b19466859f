"""Payslips, time sheets and orders: lists outside invoices, whose rows a schema asks for by names of its own."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from bench.invented import Invented
from bench.invented.paper import WIDTH, Sheet
from shared.pages import Pages

LEFT, RIGHT = 50.0, WIDTH - 50
Row = dict[str, Any]


@cache
def kinds() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("lists.json").read_bytes())
    return found


def listing(seed: int) -> Invented:
    """One list; its kind goes round with the seed. The truth has its rows alone."""
    random = Random(seed)  # invents documents, guards nothing
    kind = list(kinds())[seed % len(kinds())]
    said = kinds()[kind]
    language = random.choice([key for key, value in said.items() if isinstance(value, dict) and "title" in value])
    sheet = Sheet()
    sheet.text(LEFT, 50, said[language]["title"], size=16)
    rows = MAKERS[kind](sheet, said[language], random, language)
    truth = {said["list"]: rows}
    return Invented(f"{kind}-{seed}", kind, language, Pages(pages=(sheet.page(),)), truth, {"kind": kind})


def _number(value: float, language: str) -> str:
    whole, cents = f"{value:,.2f}".split(".")
    if language == "en":
        return f"{whole}.{cents}"
    return whole.replace(",", " " if language in {"fr", "pl"} else ".") + "," + cents


def _payslip(sheet: Sheet, said: dict[str, Any], random: Random, language: str) -> list[Row]:
    """Earnings beside deductions, each with a sum below."""
    for index, (label, value) in enumerate(zip(said["labels"], ("Ada Winter", "Hafenbau AG", "03/2026"), strict=True)):
        sheet.text(LEFT + 170 * index, 90, label, size=8)
        sheet.text(LEFT + 170 * index, 103, value)
    middle = 310.0
    for x, heads in ((LEFT, said["left"]), (middle, said["right"])):
        sheet.text(x, 150, heads[0])
        sheet.text(x + 235, 150, heads[1], right=True)
    rows = [
        {"description": name, "amount": round(random.uniform(20, 900), 2)}
        for name in random.sample(said["rows"], k=random.randrange(2, len(said["rows"]) + 1))
    ]
    gross = [(name, round(random.uniform(900, 4000), 2)) for name in said["gross"]]
    for index, row in enumerate(rows):
        sheet.text(middle, 168 + 15 * index, row["description"])
        sheet.text(middle + 235, 168 + 15 * index, _number(row["amount"], language), right=True)
    for index, (name, amount) in enumerate(gross):
        sheet.text(LEFT, 168 + 15 * index, name)
        sheet.text(LEFT + 235, 168 + 15 * index, _number(amount, language), right=True)
    y = 168 + 15 * max(len(rows), len(gross)) + 6
    sums = sum(amount for _, amount in gross), sum(row["amount"] for row in rows)
    for x, label, amount in ((LEFT, said["sums"][0], sums[0]), (middle, said["sums"][1], sums[1])):
        sheet.text(x, y, label)
        sheet.text(x + 235, y, _number(amount, language), right=True)
    sheet.text(LEFT, y + 50, f"{said['sums'][2]} {_number(sums[0] - sums[1], language)}", size=12)
    return rows


def _timesheet(sheet: Sheet, said: dict[str, Any], random: Random, language: str) -> list[Row]:
    places = (LEFT, 140.0, 330.0, 400.0, RIGHT)
    for x, head in zip(places, said["heads"], strict=True):
        sheet.text(x, 120, head, right=x == RIGHT)
    rows: list[Row] = []
    day = date(2026, 2, 2) + timedelta(days=random.randrange(100))
    for index in range(random.randrange(3, 14)):
        start, hours = random.randrange(7, 10), random.choice((3.5, 4, 7.5, 8, 8.25))
        end = start + hours
        row = {
            "date": (day + timedelta(days=index)).isoformat(), "task": random.choice(said["rows"]), "start": f"{start:02d}:00",
            "end": f"{int(end):02d}:{int(end % 1 * 60):02d}", "hours": hours,
        }  # fmt: skip
        rows.append(row)
        shown = (
            (day + timedelta(days=index)).strftime("%d.%m.%Y"),
            row["task"],
            row["start"],
            row["end"],
            _number(hours, language),
        )
        for x, text in zip(places, shown, strict=True):
            sheet.text(x, 138 + 15 * index, text, right=x == RIGHT)
    y = 138 + 15 * len(rows) + 5
    sheet.text(LEFT, y, said["total"])
    sheet.text(RIGHT, y, _number(sum(row["hours"] for row in rows), language), right=True)
    return rows


def _order(sheet: Sheet, said: dict[str, Any], random: Random, language: str) -> list[Row]:
    places = (LEFT, 120.0, 330.0, 350.0, 450.0, RIGHT)
    ends = {2, 4, 5}
    for index, (x, head) in enumerate(zip(places, said["heads"], strict=True)):
        sheet.text(x, 130, head, right=index in ends)
    rows: list[Row] = []
    for index in range(random.randrange(1, 12)):
        count, price = random.randrange(1, 40), round(random.uniform(0.5, 400), 2)
        row = {
            "sku": f"{random.choice('ABK')}-{random.randrange(1000, 9999)}", "description": random.choice(said["rows"]), "quantity": count,
            "unit": random.choice(said["units"]), "unit_price": price, "line_total": round(count * price, 2),
        }  # fmt: skip
        rows.append(row)
        shown = (
            row["sku"],
            row["description"],
            str(count),
            row["unit"],
            _number(price, language),
            _number(row["line_total"], language),
        )
        for place, (x, text) in enumerate(zip(places, shown, strict=True)):
            sheet.text(x, 148 + 15 * index, text, right=place in ends)
    y = 148 + 15 * len(rows) + 8
    sheet.text(330, y, said["total"])
    sheet.text(RIGHT, y, _number(sum(row["line_total"] for row in rows), language), right=True)
    return rows


MAKERS: dict[str, Callable[[Sheet, dict[str, Any], Random, str], list[Row]]] = {
    "payslip": _payslip,
    "timesheet": _timesheet,
    "order": _order,
}
