"""What ingest reads from its environment, beside what every service reads."""

import os
from datetime import timedelta
from pathlib import Path
from tempfile import gettempdir

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Limits of the front door. Sizes are bytes. A pair that is silent for `reask_after` is asked again."""

    max_file_size: int = 50 * 1024 * 1024
    max_files: int = 5_000
    inspectors: int = os.cpu_count() or 2
    reask_after: timedelta = timedelta(minutes=10)
    spool_folder: Path = Path(gettempdir())
