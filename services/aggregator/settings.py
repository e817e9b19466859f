"""What the aggregator reads from its environment, beside what every service reads."""

from datetime import timedelta

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """`ingest_patience` is how many seconds a question about a batch not heard of yet may take; `keep_statistics` is how long hourly statistics are kept."""

    ingest_patience: float = 1.0
    keep_statistics: timedelta = timedelta(days=400)
