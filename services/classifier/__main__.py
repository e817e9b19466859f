"""Run the classifier alone: `python -m services.classifier`."""

import asyncio

from services.classifier.app import wire
from services.classifier.settings import Settings
from shared.service import run_alone
from shared.telemetry import configure_telemetry

if __name__ == "__main__":
    configure_telemetry("ingestio-classifier")
    asyncio.run(run_alone(wire(Settings())))
