"""Run the aggregator alone: `python -m services.aggregator`."""

import asyncio

from services.aggregator.app import wire
from services.aggregator.settings import Settings
from shared.service import run_alone
from shared.telemetry import configure_telemetry

if __name__ == "__main__":
    configure_telemetry("ingestio-aggregator")
    asyncio.run(run_alone(wire(Settings())))
