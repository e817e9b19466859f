"""Run notifier alone: `python -m services.notifier`."""

from shared.starting import nothing_collected

with nothing_collected():
    import uvloop

    from services.notifier.app import wire
    from services.notifier.settings import Settings
    from shared.service import run_alone
    from shared.settings import from_environment
    from shared.telemetry import configure_telemetry

if __name__ == "__main__":
    configure_telemetry("ingestio-notifier")
    uvloop.run(run_alone(wire(from_environment(Settings))))
