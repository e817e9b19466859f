"""Run the classifier alone: `python -m services.classifier`."""

from shared.starting import nothing_collected

with nothing_collected():
    import uvloop

    from services.classifier.app import wire
    from services.classifier.settings import Settings
    from shared.service import run_alone
    from shared.settings import from_environment
    from shared.telemetry import configure_telemetry

if __name__ == "__main__":
    configure_telemetry("ingestio-classifier")
    uvloop.run(run_alone(wire(from_environment(Settings))))
