"""Run notifier alone: `python -m services.notifier`."""

import asyncio

from services.notifier.app import wire
from services.notifier.settings import Settings
from shared.service import run_alone
from shared.telemetry import configure_telemetry

if __name__ == "__main__":
    configure_telemetry("ingestio-notifier")
    asyncio.run(run_alone(wire(Settings())))
