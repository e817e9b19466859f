"""Run the door alone: `python -m services.console`."""

import asyncio
import signal

from shared.starting import nothing_collected

with nothing_collected():
    from services.console.app import new_door
    from services.console.settings import Settings
    from shared.server import new_server
    from shared.settings import from_environment
    from shared.telemetry import configure_telemetry


async def run(settings: Settings) -> None:
    """Answer until SIGTERM or SIGINT."""
    server = new_server(new_door(settings), host=settings.host, port=settings.port)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, setattr, server, "should_exit", True)
    await server.serve()


if __name__ == "__main__":
    configure_telemetry("ingestio-console")
    asyncio.run(run(from_environment(Settings)))
