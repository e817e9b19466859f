"""What the classifier reads from its environment, beside what every service reads."""

import os
from datetime import timedelta

from shared.settings import ModelSettings


class Settings(ModelSettings):
    """OCR in `readers` child processes; a model only where one is named, and only when the rules are unsure."""

    readers: int = min(8, os.cpu_count() or 1)  # one a core, one thread each: a quarter less CPU, 0.9 GB each
    slots: int = (os.cpu_count() or 2) * 2
    max_run: timedelta = timedelta(minutes=30)
    certain_from: float = 0.6
