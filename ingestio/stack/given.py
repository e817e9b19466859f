"""Stores that the environment names by URL: they are used instead of ours, and never started or stopped."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from ingestio.stack.bucket import ensure_bucket
from ingestio.stack.errors import StackError
from ingestio.stack.ready import postgres_answers, rabbitmq_answers, wait_ready

ANSWER_SECONDS = 15


@dataclass(frozen=True)
class Given:
    """URLs from the environment; None means that we start the part ourselves."""

    postgres: str | None
    rabbitmq: str | None
    s3: str | None


def given_urls(environ: Mapping[str, str]) -> Given:
    """Raises StackError for a URL that cannot be meant, without repeating it: it holds a password."""
    return Given(
        postgres=_url(
            environ,
            "INGESTIO_POSTGRES_URL",
            ("postgresql", "postgres"),
            "postgresql://user:password@host:5432/postgres",
        ),
        rabbitmq=_url(environ, "INGESTIO_RABBITMQ_URL", ("amqp", "amqps"), "amqp://user:password@host:5672/vhost"),
        s3=_url(environ, "INGESTIO_S3_URL", ("http", "https"), "http://key:secret@host:9000/bucket", path=True),
    )


def _url(
    environ: Mapping[str, str], name: str, schemes: tuple[str, ...], example: str, *, path: bool = False
) -> str | None:
    value = environ.get(name)
    if not value:
        return None
    parts = urlsplit(value)
    complete = parts.hostname and parts.username and (parts.path.strip("/") or not path)
    if parts.scheme not in schemes or not complete:
        raise StackError(f"{name} is not a URL that can be used. It should look like {example}")
    return value


async def check_postgres(url: str) -> str:
    """The same URL, once the server has answered. Raises StackError, as the two below."""
    await wait_ready(partial(postgres_answers, url), what="The server of INGESTIO_POSTGRES_URL", within=ANSWER_SECONDS)
    return url


async def check_rabbitmq(url: str) -> tuple[str, None]:
    await wait_ready(partial(rabbitmq_answers, url), what="The server of INGESTIO_RABBITMQ_URL", within=ANSWER_SECONDS)
    return url, None


async def check_s3(url: str) -> str:
    await wait_ready(partial(ensure_bucket, url), what="The server of INGESTIO_S3_URL", within=ANSWER_SECONDS)
    return url
