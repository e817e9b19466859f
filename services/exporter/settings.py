"""What the exporter reads from its environment, beside what every service reads."""

from datetime import timedelta
from pathlib import Path
from tempfile import gettempdir

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """How exports are made, and when something is found to be missing."""

    slots: int = 2  # exports at a time, each in a thread
    max_run: timedelta = timedelta(hours=1)
    scratch_folder: Path = Path(gettempdir())
    unknown_after: timedelta = timedelta(minutes=1)  # an export of what nobody has told of for so long fails
    missed_after: timedelta = timedelta(minutes=10)  # how often a batch is asked for of which something is missing
