"""Writes the API of all services as one OpenAPI document, and as a page to read: `python -m docs.api.publish`."""

from pathlib import Path

import orjson

from docs.api.reference import reference
from ingestio.home import Home
from ingestio.local.one_process import wire_services
from ingestio.stack import Urls
from shared.results import JsonObject
from shared.service import Service, build_app

PUBLISHED = Path(__file__).with_name("openapi.json")
PAGE = Path(__file__).parents[1] / "api.md"


def described(home: Home) -> JsonObject:
    """The document as the one process serves it."""
    return build_app("IngestIO", wired(home)).openapi()


def wired(home: Home) -> list[Service]:
    """Every service. Nothing is connected to: wiring alone opens nothing."""
    nowhere = Urls(
        postgres="postgresql://postgres@localhost:5432/postgres",
        rabbitmq="amqp://nobody@localhost:5672",
        s3="http://key:secret@localhost:8333/ingestio",
    )
    return wire_services(nowhere, home.passwords(), port=8080)


def as_text(document: JsonObject) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n"


def main() -> None:
    from tempfile import TemporaryDirectory  # noqa: PLC0415  # only the command needs a home of its own

    with TemporaryDirectory() as folder:
        document = described(Home(Path(folder)))
    PUBLISHED.write_bytes(as_text(document))
    PAGE.write_text(reference(document))


if __name__ == "__main__":
    main()
