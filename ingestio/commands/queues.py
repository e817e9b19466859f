"""`ingestio queues`: hold the work of a service, let it go on, bound how much runs at once and how often it is tried."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from ingestio.answers import Queue, QueueName
from ingestio.connection import DEFAULT_HOME, HomeFolder, connect
from ingestio.terminal import AsJson, new_console, print_json
from shared.results import JsonObject

Name = Annotated[QueueName, typer.Argument(help="The service whose queue it is.")]
_USUAL = "usual"  # as the service was started


def new_app() -> typer.Typer:
    app = typer.Typer(help="Queues of the services: pause, resume, bound. For operators.", no_args_is_help=True)
    app.command("list")(list_queues)
    app.command()(pause)
    app.command()(resume)
    app.command("set")(set_bounds)
    return app


def list_queues(*, as_json: AsJson = False, home: HomeFolder = DEFAULT_HOME) -> None:
    """List the queues: how they are set, how much of them waits and runs.

    Example: ingestio queues list
    """
    with connect(home) as client:
        found = [client.queue(name) for name in QueueName]
    if as_json:
        print_json([queue.model_dump(mode="json") for queue in found])
    else:
        _show(found)


def pause(name: Name, home: HomeFolder = DEFAULT_HOME) -> None:
    """Begin no job of a queue any more. What runs goes on, what comes waits.

    Example: ingestio queues pause extractor
    """
    _change(name, {"paused": True}, home=home)


def resume(name: Name, home: HomeFolder = DEFAULT_HOME) -> None:
    """Let a paused queue go on.

    Example: ingestio queues resume extractor
    """
    _change(name, {"paused": False}, home=home)


def set_bounds(
    *,
    name: Name,
    slots: Annotated[str | None, typer.Option(help="Jobs at once in each process, or `usual`.")] = None,
    retries: Annotated[str | None, typer.Option(help="Attempts at a job after its first, or `usual`.")] = None,
    home: HomeFolder = DEFAULT_HOME,
) -> None:
    """Bound how much of a queue runs at once and how often it is tried; `usual` is as the service was started.

    Example: ingestio queues set extractor --slots 8 --retries usual
    """
    said = {"slots": slots, "retries": retries}
    change: JsonObject = {what: _number(text) for what, text in said.items() if text is not None}
    _change(name, change, home=home)


def _number(text: str) -> int | None:
    if text == _USUAL:
        return None
    if not text.isdecimal():
        raise typer.BadParameter(f"{text} is neither a number nor `{_USUAL}`.")
    return int(text)


def _change(name: str, change: JsonObject, *, home: HomeFolder) -> None:
    with connect(home) as client:
        _show([client.change_queue(name, change)])


def _show(found: Sequence[Queue]) -> None:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for column in ("Queue", "State", "Slots", "Retries", "Ready", "Delayed", "Suspect", "Running", "Set by"):
        table.add_column(column, no_wrap=column == "Queue")
    for queue in found:
        bounds = _bound(queue.slots, queue.usual_slots), _bound(queue.retries, queue.usual_retries)
        counts = map(str, (queue.ready, queue.delayed, queue.suspect, queue.running))
        state = "[bold yellow]paused[/]" if queue.paused else "open"
        table.add_row(queue.queue, state, *bounds, *counts, escape(queue.changed_by or ""))
    new_console().print(table)


def _bound(set_to: int | None, usual: int) -> str:
    return f"{usual}" if set_to is None else f"{set_to} (usual: {usual})"
