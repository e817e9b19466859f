"""What the extractor reads from its environment, beside what every service reads."""

from datetime import timedelta
from pathlib import Path

from pydantic import PositiveInt

from shared.settings import ModelSettings


class Settings(ModelSettings):
    """Without INGESTIO_MODEL the local extractor reads, and says that it is local."""

    slots: int = 64  # documents at once: how many are begun follows what the provider bears
    local_slots: int = 2  # the same without a model
    max_run: timedelta = timedelta(minutes=30)
    # Of all replicas together.
    model_calls_at_once: PositiveInt = 64
    model_requests_per_minute: PositiveInt | None = None
    model_tokens_per_minute: PositiveInt | None = None
    model_prices: Path | None = None  # a JSON file like prices.json beside this one: dollars for a million tokens
