"""The report of an evaluation: tables for people, JSON for the next run to compare with."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ingestio.evaluation.labels import Labelled
from ingestio.evaluation.reading import Readings
from ingestio.evaluation.scoring import Scores, Tally, bins_of, calibration_error


def report_of(labels: Sequence[Labelled], readings: Readings, scores: Scores) -> dict[str, Any]:
    """Everything that was measured, as JSON. Shares are 0..1; costs in US dollars, None where a price is unknown."""
    costs = [result.usage.cost for result in readings.results.values()]
    return {
        "files": len(labels),
        "read": len(readings.results),
        "to_review": len(readings.to_review),
        "pages": readings.pages,
        "seconds": round(readings.seconds, 1),
        "models": sorted({result.model for result in readings.results.values()}),
        "input_tokens": sum(result.usage.input_tokens for result in readings.results.values()),
        "output_tokens": sum(result.usage.output_tokens for result in readings.results.values()),
        "cost": None if None in costs else round(sum(cost or 0.0 for cost in costs), 6),
        "fields": {name: _counts(tally) for name, tally in sorted(scores.fields.items()) if tally.labelled},
        "all_fields": _counts(scores.all_fields),
        "rows": {name: _counts(tally) for name, tally in sorted(scores.rows.items())},
        "document_types": _counts(scores.types),
        "calibration_error": round(calibration_error(scores.doubts), 4),
        "intake": intake_of(labels, readings),
    }


def intake_of(labels: Sequence[Labelled], readings: Readings) -> dict[str, Any]:
    """Page counts and refusals against the labels: how many are right, and which files are not."""
    wrong = []
    checked = 0
    for label in labels:
        verdict = readings.verdicts.get(label.name)
        wants_pages = label.pages is not None and not label.refused
        if label.refused is None and not wants_pages:
            continue
        checked += 1
        refused = verdict is None or not verdict.accepted
        if (label.refused is not None and refused != label.refused) or (
            wants_pages and not refused and verdict is not None and verdict.pages != label.pages
        ):
            wrong.append(label.name)
    return {"checked": checked, "right": checked - len(wrong), "wrong": wrong}


def print_report(
    report: Mapping[str, Any], scores: Scores, *, before: Mapping[str, Any] | None, console: Console
) -> None:
    """Tables of the counts, with the change of each F1 since `before`."""
    if report["fields"] or report["rows"]:
        console.print(_table(report, before or {}))
        invented = report["all_fields"]["invented"]
        given = report["all_fields"]["given"]
        console.print(f"Invented: {invented} of {given} values ({invented / given if given else 0:.1%})")
        console.print(f"Expected calibration error: {report['calibration_error']:.3f} over {len(scores.doubts)} values")
        for confidence, right, count in bins_of(scores.doubts):
            console.print(f"  confidence {confidence:.2f}: {right:.2f} right of {count}")
    types = report["document_types"]
    if types["labelled"]:
        console.print(f"Document types: {types['right']} of {types['labelled']} right")
    if report["intake"]["checked"]:
        console.print(f"Intake: {report['intake']['right']} of {report['intake']['checked']} files as labelled")
    cost = "unknown" if report["cost"] is None else f"{report['cost']:.4f} USD"
    console.print(
        f"{report['read']} of {report['files']} files read ({report['to_review']} to review), {report['pages']} pages in "
        f"{report['seconds']} s, {report['input_tokens']} + {report['output_tokens']} tokens, {cost}"
    )


def print_wrong(scores: Scores, *, most: int, console: Console) -> None:
    for name, field, wanted, got in scores.wrong[:most]:
        console.print(
            f"  {escape(name)} {field}: wanted {escape(repr(wanted))}, got {escape(repr(got))}", soft_wrap=True
        )


def read_report(path: Path) -> dict[str, Any] | None:
    """An earlier report; None when there is none."""
    if not path.is_file():
        return None
    report: dict[str, Any] = json.loads(path.read_text())
    return report


def losses(report: Mapping[str, Any], before: Mapping[str, Any], *, slack: float) -> list[str]:
    """What got worse than before by more than `slack`: F1 of fields, rows and types, calibration, invented values."""
    pairs = [
        (prefix + name, report[kind].get(name, {"f1": 0.0}), then)
        for kind, prefix in (("fields", ""), ("rows", "rows of "))
        for name, then in before.get(kind, {}).items()
    ]
    pairs += [(part.replace("_", " "), report[part], before[part]) for part in ("all_fields", "document_types")]
    worse = [
        f"{title}: F1 {then['f1']:.3f} → {now['f1']:.3f}"
        for title, now, then in pairs
        if now["f1"] < then["f1"] - slack
    ]
    if report["all_fields"]["invented"] > before["all_fields"]["invented"]:
        worse.append(f"invented values: {before['all_fields']['invented']} → {report['all_fields']['invented']}")
    return worse


def _counts(tally: Tally) -> dict[str, Any]:
    return {
        "labelled": tally.labelled,
        "given": tally.given,
        "right": tally.right,
        "invented": tally.invented,
        "unlabelled": tally.unlabelled,
        "precision": round(tally.precision, 4),
        "recall": round(tally.recall, 4),
        "f1": round(tally.f1, 4),
    }


def _table(report: Mapping[str, Any], before: Mapping[str, Any]) -> Table:
    table = Table("Field", box=None, pad_edge=False)
    for heading in ("Labelled", "Given", "Right", "Invented", "Precision", "Recall", "F1", "Since last"):
        table.add_column(heading, justify="right")
    for kind, prefix in (("fields", ""), ("rows", "rows of ")):
        for name, counts in report[kind].items():
            table.add_row(prefix + name, *_cells(counts, before.get(kind, {}).get(name)))
    table.add_row("[bold]all fields[/]", *_cells(report["all_fields"], before.get("all_fields")))
    return table


def _cells(counts: Mapping[str, Any], before: Mapping[str, Any] | None) -> list[str]:
    shares = [f"{counts[name]:.3f}" for name in ("precision", "recall", "f1")]
    numbers = [str(counts[name]) for name in ("labelled", "given", "right", "invented")]
    change = "" if before is None else f"{counts['f1'] - before['f1']:+.3f}"
    return [*numbers, *shares, change]
