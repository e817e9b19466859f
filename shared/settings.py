"""What every service reads from its environment, prefix INGESTIO_."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """Addresses of the stores and of ingest; each service adds its own settings.

    `database_url` is the service's worker role, `api_database_url` its API role; `s3_url` is
    `http://key:secret@host:port/bucket`.
    """

    model_config = SettingsConfigDict(env_prefix="INGESTIO_", frozen=True)

    database_url: str
    api_database_url: str
    rabbitmq_url: str
    s3_url: str
    ingest_url: str = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: int = 8000
    slow_query_seconds: float = 1.0  # statements that take longer are logged, without their parameters


class ModelSettings(ServiceSettings):
    """Settings of services that may ask a model: INGESTIO_MODEL names it, OPENAI_* say where it is.

    Servers of one's own often want no key; the client wants a word to send.
    """

    model: str | None = None
    openai_base_url: str | None = Field(default=None, validation_alias="OPENAI_BASE_URL")
    openai_api_key: str = Field(default="none", validation_alias="OPENAI_API_KEY", repr=False)
    model_timeout: float = 120.0
