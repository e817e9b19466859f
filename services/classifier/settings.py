"""What the classifier reads from its environment, beside what every service reads."""

import os
from datetime import timedelta

from shared.settings import ModelSettings


class Settings(ModelSettings):
    """A model is asked only where one is named, and only when the rules are unsure."""

    readers: int = min(8, os.cpu_count() or 1)  # OCR in as many processes: one a core, one thread each, 0.9 GB each
    slots: int = (os.cpu_count() or 2) * 2  # documents at once
    max_run: timedelta = timedelta(minutes=30)
    certain_from: float = 0.6  # confidence of the rules, 0 to 1
