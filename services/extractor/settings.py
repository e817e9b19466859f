"""What the extractor reads from its environment, beside what every service reads."""

from datetime import timedelta

from shared.settings import ModelSettings


class Settings(ModelSettings):
    """Without INGESTIO_MODEL the local extractor reads, and says that it is local."""

    slots: int = 16
    local_slots: int = 2
    max_run: timedelta = timedelta(minutes=30)
