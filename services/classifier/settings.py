"""What the classifier reads from its environment, beside what every service reads."""

import os
from datetime import timedelta

from shared.settings import ModelSettings


class Settings(ModelSettings):
    """OCR in `readers` child processes; a model only where one is named, and only when the rules are unsure."""

    readers: int = max(1, (os.cpu_count() or 2) // 2)
    slots: int = (os.cpu_count() or 2) * 2
    max_run: timedelta = timedelta(minutes=30)
    certain_from: float = 0.6
