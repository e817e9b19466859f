"""`ingestio reconcile`: look for what does not fit together, mend what is safe, report the rest."""

from typing import Annotated

import typer

from ingestio.connection import DEFAULT_HOME, HomeFolder, connect
from ingestio.terminal import AsJson, new_console, print_json
from shared.results import JsonObject

MEANING = {
    "silent_pairs": "documents that were silent for too long, asked again",
    "stuck_batches": "batches whose end was overdue, told again",
    "unsettled_pairs": "ended documents whose pages were not settled, asked again",
    "orphan_objects": "files that nothing refers to, deleted",
    "lost_reservations": "reservations whose document is gone: look at quota_ledger",
    "drifted_pages": "pages by which the counters differ from the ledger: look at quota_periods",
    "unknown_objects": "objects with a name that is not ours: look at the bucket",
    "missing_objects": "objects that rows name and that are not in the bucket: bring them back",
}
_FOR_A_PERSON = ("lost_reservations", "drifted_pages", "unknown_objects", "missing_objects", "unanswered")


def reconcile(
    *,
    objects: Annotated[bool, typer.Option("--objects", help="Also compare all files with the tables.")] = False,
    as_json: AsJson = False,
    home: HomeFolder = DEFAULT_HOME,
) -> None:
    """Hold tables, ledger and files against each other; exit with 1 when something wants a person's eyes.

    Example: ingestio reconcile --objects
    """
    with connect(home) as client:
        found = client.reconcile(objects=objects)
    if as_json:
        print_json(found)
    else:
        _show(found)
    if any(found.get(name) for name in _FOR_A_PERSON):
        raise typer.Exit(1)


def _show(found: JsonObject) -> None:
    console = new_console()
    for name, count in found.items():
        if count and isinstance(count, int):
            console.print(f"{count} {MEANING.get(name, name)}", highlight=False)
    for document in found.get("missing_documents", []):
        console.print(f"  among them {document}", highlight=False)
    for service in found.get("unanswered", []):
        console.print(f"{service} did not answer: what it keeps was not compared", highlight=False)
    if not any(found.values()):
        console.print("All fits together.")
