"""What the extractor reads from its environment, beside what every service reads."""

from datetime import timedelta

from pydantic import Field

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Without `model` (INGESTIO_MODEL) and OPENAI_API_KEY the local extractor reads, and says that it is local."""

    slots: int = 16
    local_slots: int = 2
    max_run: timedelta = timedelta(minutes=30)
    model: str | None = None
    openai_base_url: str | None = Field(default=None, validation_alias="OPENAI_BASE_URL")
    openai_api_key: str | None = Field(default=None, validation_alias="OPENAI_API_KEY", repr=False)
    model_timeout: float = 120.0
