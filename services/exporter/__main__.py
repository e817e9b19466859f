"""Run the exporter alone: `python -m services.exporter`."""

import asyncio

from services.exporter.app import wire
from services.exporter.settings import Settings
from shared.service import run_alone
from shared.telemetry import configure_telemetry

if __name__ == "__main__":
    configure_telemetry("ingestio-exporter")
    asyncio.run(run_alone(wire(Settings())))
