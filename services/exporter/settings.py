"""What the exporter reads from its environment, beside what every service reads."""

from datetime import timedelta
from pathlib import Path
from tempfile import gettempdir

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """`slots` exports run at a time, each in a thread, with its files under `scratch_folder`.

    An export that names a batch or documents which nobody has told of for `unknown_after` fails.
    A batch of which something is missing is asked for again every `missed_after`.
    """

    slots: int = 2
    max_run: timedelta = timedelta(hours=1)
    scratch_folder: Path = Path(gettempdir())
    unknown_after: timedelta = timedelta(minutes=1)
    missed_after: timedelta = timedelta(minutes=10)
