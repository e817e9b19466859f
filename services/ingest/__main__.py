"""Run ingest alone: `python -m services.ingest`."""

import asyncio

from services.ingest.app import wire
from services.ingest.settings import Settings
from shared.service import run_alone
from shared.telemetry import configure_telemetry

if __name__ == "__main__":
    configure_telemetry("ingestio-ingest")
    asyncio.run(run_alone(wire(Settings())))
