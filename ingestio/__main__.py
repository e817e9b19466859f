"""The command `ingestio`."""

import sys

from shared.starting import nothing_collected

with nothing_collected():
    import typer
    from rich.console import Console

    from ingestio.client import TroubleError
    from ingestio.commands import dead_letters, documents, queues, review
    from ingestio.commands.backup import backup, restore
    from ingestio.commands.completion import answer_shells, completion
    from ingestio.commands.demo import demo
    from ingestio.commands.doctor import doctor
    from ingestio.commands.evaluate import evaluate
    from ingestio.commands.export import export
    from ingestio.commands.list_batches import list_batches
    from ingestio.commands.migrate import migrate
    from ingestio.commands.reconcile import reconcile
    from ingestio.commands.sign_in import sign_in
    from ingestio.commands.steer import cancel, delete, retry
    from ingestio.commands.submit import submit
    from ingestio.commands.tenants import tenants
    from ingestio.commands.tokens import tokens
    from ingestio.commands.up import up
    from ingestio.commands.watch import watch

EXIT_CODES = (
    "Exit codes: 0, it went well. 1, it was done and the outcome is bad: a batch failed, a problem was found."
    " 2, it was not done: a wrong option, no server, a refusal. 130, stopped with Ctrl-C."
)


def new_app() -> typer.Typer:
    """Every command on one line."""
    app = typer.Typer(
        name="ingestio",
        help="Turns piles of documents into clean rows.",
        epilog=EXIT_CODES,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.command()(up)
    app.command()(demo)
    app.command()(sign_in)
    app.command()(submit)
    app.command()(watch)
    app.command("list")(list_batches)
    app.command()(export)
    app.command()(cancel)
    app.command()(retry)
    app.command()(delete)
    app.add_typer(documents.new_app(), name="documents")
    app.add_typer(review.new_app(), name="review")
    app.add_typer(dead_letters.new_app(), name="dead-letters")
    app.add_typer(queues.new_app(), name="queues")
    app.command()(reconcile)
    app.command("eval")(evaluate)
    app.command()(migrate)
    app.command()(backup)
    app.command()(restore)
    app.command()(doctor)
    app.command()(completion)
    app.add_typer(tenants())
    app.add_typer(tokens())
    return app


def main() -> None:
    """Run the command of this process. The server's and the user's trouble ends it with exit code 2."""
    answer_shells()
    try:
        new_app()(prog_name="ingestio")
    except TroubleError as trouble:
        Console(stderr=True).print(f"[red]{trouble}[/]", highlight=False)
        sys.exit(2)


if __name__ == "__main__":
    main()
