"""Run notifier alone: `python -m services.notifier`."""

import uvloop

from services.notifier.app import wire
from services.notifier.settings import Settings
from shared.logs import configure_logs
from shared.service import run_alone
from shared.settings import from_environment

if __name__ == "__main__":
    configure_logs()
    uvloop.run(run_alone(wire(from_environment(Settings))))
