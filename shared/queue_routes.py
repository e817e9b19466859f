"""The settings of a service's queue over HTTP, for operators, the same in every service that has one, each under its own name."""

import structlog
from fastapi import APIRouter

from shared.audit import record
from shared.auth import Operator
from shared.db import Database, Transaction
from shared.http import ApiError
from shared.queue_settings import Queue, QueueSettings, look_at_queue, store_settings
from shared.worker import Worker

log = structlog.get_logger()


def router(service: str, *, db: Database, worker: Worker) -> APIRouter:
    """The routes work on the worker's database role: the API's has no right to the settings."""
    routes = APIRouter(prefix=f"/api/queues/{service}", tags=["queues"])

    async def look(tx: Transaction) -> Queue:
        return await look_at_queue(
            tx, service, usual_slots=worker.usual_slots, usual_retries=worker.usual_retries.max_attempts - 1
        )

    @routes.get("", operation_id=f"get_queue_{service}")
    async def get_queue(_: Operator) -> Queue:
        """How the queue is set, and how much of it waits and runs."""
        async with db.transaction() as tx:
            return await look(tx)

    @routes.patch("", operation_id=f"change_queue_{service}")
    async def change_queue(change: QueueSettings, operator: Operator) -> Queue:
        """Pause the queue, let it go on, or bound it; every replica follows within seconds, without a restart.

        What is left out stays as it is, null takes it back to what the service was started with.
        """
        told = change.model_dump(exclude_unset=True)
        if not told:
            raise ApiError(422, "nothing_to_change", "Send paused, slots or retries.")
        async with db.transaction() as tx:
            await store_settings(tx, change, by=operator.user)
            await record(tx, operator, "queue.change", None, {"queue": service} | told)
            found = await look(tx)
        log.info("queue_changed", queue=service, by=operator.user, **told)
        return found

    return routes
