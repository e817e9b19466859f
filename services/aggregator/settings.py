"""What the aggregator reads from its environment, beside what every service reads."""

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """`ingest_patience` is how many seconds a question about a batch not heard of yet may take."""

    ingest_patience: float = 1.0
