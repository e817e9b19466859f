"""`ingestio eval`: read labelled documents, score what came out, and compare with the last time."""

import json
from pathlib import Path
from typing import Annotated

import typer

from ingestio.connection import DEFAULT_HOME, HomeFolder
from ingestio.evaluation.labels import labels_in
from ingestio.evaluation.reading import read_all
from ingestio.evaluation.report import losses, print_report, print_wrong, read_report, report_of
from ingestio.evaluation.scoring import scores_of
from ingestio.home import Home
from ingestio.local.borrowed import borrowed_system
from ingestio.terminal import new_console


def evaluate(
    folder: Annotated[Path, typer.Argument(help="Documents with their labels; see docs/evaluation.md for the forms.")],
    *,
    labels: Annotated[Path | None, typer.Option(help="The labels, where they are not in the folder.")] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for report and predictions.")] = Path("out"),
    prompt: Annotated[str, typer.Option(help="One prompt for all. Unless said, each type's own.")] = "",
    baseline: Annotated[
        Path | None, typer.Option(help="A report to compare with, instead of the last one; losses give exit code 1.")
    ] = None,
    slack: Annotated[float, typer.Option(help="How much F1 may fall below the baseline.")] = 0.005,
    errors: Annotated[int, typer.Option(help="How many wrong values to print.")] = 20,
    home: HomeFolder = DEFAULT_HOME,
) -> None:
    """Read every labelled file through the API and print precision, recall, F1, calibration, cost and time.

    Example: ingestio eval labelled/ --baseline out/evaluation-labelled.json
    """
    console = new_console()
    known = labels_in(folder, labels)
    with borrowed_system(Home(home)) as client:
        readings = read_all(client, folder, known, prompt=prompt, console=console)
    scores = scores_of(known, readings.results, readings.types)
    report = report_of(known, readings, scores)
    place = output / f"evaluation-{folder.absolute().name}.json"
    before = read_report(baseline or place)
    print_report(report, scores, before=before, console=console)
    print_wrong(scores, most=errors, console=console)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(report, indent=1))
    values = {name: result.data for name, result in readings.results.items()}
    (output / "predictions.json").write_text(json.dumps(values, indent=1, ensure_ascii=False))
    console.print(f"Wrote [bold]{place}[/] and [bold]{output / 'predictions.json'}[/]")
    worse = losses(report, before, slack=slack) if baseline and before else []
    for loss in worse:
        console.print(f"[red]worse[/] {loss}")
    raise typer.Exit(1 if worse else 0)
