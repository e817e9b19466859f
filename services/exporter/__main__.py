"""Run the exporter alone: `python -m services.exporter`."""

import uvloop

from services.exporter.app import wire
from services.exporter.settings import Settings
from shared.logs import configure_logs
from shared.service import run_alone
from shared.settings import from_environment

if __name__ == "__main__":
    configure_logs()
    uvloop.run(run_alone(wire(from_environment(Settings))))
