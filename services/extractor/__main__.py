"""Run the extractor alone: `python -m services.extractor`."""

import uvloop

from services.extractor.app import wire
from services.extractor.settings import Settings
from shared.logs import configure_logs
from shared.service import run_alone
from shared.settings import from_environment

if __name__ == "__main__":
    configure_logs()
    uvloop.run(run_alone(wire(from_environment(Settings))))
