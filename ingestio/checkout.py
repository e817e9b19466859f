"""Where the code of this system stands: the folder that holds ingestio, services, shared and samples."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
