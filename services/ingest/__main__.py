"""Run ingest alone: `python -m services.ingest`."""

import uvloop

from services.ingest.app import wire
from services.ingest.settings import Settings
from shared.logs import configure_logs
from shared.service import run_alone
from shared.settings import from_environment

if __name__ == "__main__":
    configure_logs()
    uvloop.run(run_alone(wire(from_environment(Settings))))
