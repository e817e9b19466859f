"""What ingest reads from its environment, beside what every service reads."""

import os
from pathlib import Path
from tempfile import gettempdir

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Limits of the front door. Sizes are bytes."""

    max_file_size: int = 50 * 1024 * 1024
    max_files: int = 5_000
    inspectors: int = os.cpu_count() or 2
    spool_folder: Path = Path(gettempdir())
