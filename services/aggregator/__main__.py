"""Run the aggregator alone: `python -m services.aggregator`."""

from shared.starting import nothing_collected

with nothing_collected():
    import uvloop

    from services.aggregator.app import wire
    from services.aggregator.settings import Settings
    from shared.service import run_alone
    from shared.settings import from_environment
    from shared.telemetry import configure_telemetry

if __name__ == "__main__":
    configure_telemetry("ingestio-aggregator")
    uvloop.run(run_alone(wire(from_environment(Settings))))
