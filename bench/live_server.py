"""The live part of the aggregator alone, for bench.live_progress: a token is the id of its tenant."""

import asyncio
import sys
from uuid import UUID

import httpx2
import uvloop

from services.aggregator.latecomers import Latecomers
from services.aggregator.live import Hub
from services.aggregator.live_routes import live_router
from shared.auth import Identity
from shared.bell import Bell
from shared.db import Database
from shared.http import new_app
from shared.pulse import Pulse
from shared.server import new_server


class TokensAreTenants:
    async def verify(self, token: str) -> Identity | None:
        return Identity(tenant_id=UUID(token), user="bench", role="admin")


async def serve(worker_url: str, api_url: str, port: int) -> None:
    async def probe() -> dict[str, bool]:
        return {}

    db, api_db, bell = Database(worker_url), Database(api_url), Bell()
    hub = Hub(db, bell.news)
    async with httpx2.AsyncClient() as nobody:
        latecomers = Latecomers(nobody, db=db, api_db=api_db, bell=bell)
        app = new_app("bench", probe=probe)
        app.state.verifier = TokensAreTenants()
        app.include_router(live_router(hub=hub, api_db=api_db, latecomers=latecomers))
        server = new_server(app, host="127.0.0.1", port=port)
        async with asyncio.TaskGroup() as tasks:
            for loop in (hub.run(), Pulse(worker_url, bell).run(), server.serve()):
                tasks.create_task(loop)
            while not server.started:  # noqa: ASYNC110  # uvicorn tells it by this flag only
                await asyncio.sleep(0.02)
            print("ready", flush=True)


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1], sys.argv[2], int(sys.argv[3])))
