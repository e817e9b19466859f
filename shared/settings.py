"""What every service reads from its environment, prefix INGESTIO_."""

import sys
from datetime import timedelta
from typing import TypeVar

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

CANNOT_START = 78  # EX_CONFIG of sysexits.h: starting again does not help

S = TypeVar("S", bound=BaseSettings)


class ServiceSettings(BaseSettings):
    """Addresses of the stores and of ingest; each service adds its own settings.

    `database_url` is the service's worker role, `api_database_url` its API role; `s3_url` is
    `http://key:secret@host:port/bucket`.
    """

    model_config = SettingsConfigDict(env_prefix="INGESTIO_", frozen=True)

    database_url: str = Field(pattern=r"^postgres(ql)?://[^/@]+@[^/]+/.+$", repr=False)
    api_database_url: str = Field(pattern=r"^postgres(ql)?://[^/@]+@[^/]+/.+$", repr=False)
    rabbitmq_url: str = Field(pattern=r"^amqps?://[^/@]+@[^/]+", repr=False)
    s3_url: str = Field(pattern=r"^https?://[^/@]+@[^/:]+:\d+/.+$", repr=False)
    ingest_url: str = Field(default="http://127.0.0.1:8000", pattern="^https?://")
    host: str = "127.0.0.1"
    port: int = 8000
    keep_history: timedelta = timedelta(days=90)  # decided dead letters, notices: what was, and nothing needs
    keep_audit: timedelta = timedelta(days=730)
    slow_query_seconds: float = 1.0  # statements that take longer are logged, without their parameters


class ModelSettings(ServiceSettings):
    """Settings of services that may ask a model: INGESTIO_MODEL names it, OPENAI_* say where it is."""

    model: str | None = None
    openai_base_url: str | None = Field(default=None, validation_alias="OPENAI_BASE_URL")
    # Servers of one's own often want no key; the client wants a word to send.
    openai_api_key: str = Field(default="none", validation_alias="OPENAI_API_KEY", repr=False)
    model_timeout: float = 120.0  # seconds a call may take


def from_environment(kind: type[S]) -> S:
    """The settings of a process that starts; where they are wrong it ends with a list of what is, and exit code 78.

    What may hold a password is not repeated.
    """
    try:
        return kind()
    except ValidationError as refused:
        for problem in refused.errors(include_input=False, include_url=False):
            field = str(problem["loc"][0])
            sys.stderr.write(f"{variable_of(kind, field)}: {_said(problem['type'], problem['msg'])}\n")
    sys.stderr.write("Every variable is explained in deploy/environment.example.\n")
    sys.exit(CANNOT_START)


def variable_of(kind: type[BaseSettings], field: str) -> str:
    """The environment variable of a setting, by its name or alias."""
    found = kind.model_fields.get(field)
    if found is None or isinstance(found.validation_alias, str):
        return field if found is None else str(found.validation_alias)
    return f"INGESTIO_{field}".upper()


def _said(kind: str, message: str) -> str:
    return {
        "missing": "is not set.",
        "string_pattern_mismatch": "is no address of the kind that is wanted.",
    }.get(kind, message)
