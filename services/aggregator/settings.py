"""What the aggregator reads from its environment, beside what every service reads."""

from datetime import timedelta

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """How long it waits, and how long it remembers."""

    ingest_patience: float = 1.0  # seconds a question about a batch not heard of yet may take
    keep_statistics: timedelta = timedelta(days=400)  # those of each hour
