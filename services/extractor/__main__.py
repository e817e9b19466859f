"""Run the extractor alone: `python -m services.extractor`."""

import asyncio

from services.extractor.app import wire
from services.extractor.settings import Settings
from shared.service import run_alone
from shared.telemetry import configure_telemetry

if __name__ == "__main__":
    configure_telemetry("ingestio-extractor")
    asyncio.run(run_alone(wire(Settings())))
