"""The Celery chain of P1: four tasks on a quorum queue, acknowledged late, one commit each.

    PEER_BROKER=… PEER_DATABASE=… python -m celery -A bench.peers.celery_chain worker --concurrency 4

A task commits the rows of its stage, sends the next one with a confirmed publish, and is acknowledged after that.
"""

import os
from functools import cached_property
from typing import Any
from uuid import UUID

import psycopg
from celery import Celery, Task

from bench.peers.chain_rows import STAGES

app = Celery("chain", broker=os.environ.get("PEER_BROKER", ""))
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_default_queue="celery.chain",
    task_default_queue_type="quorum",
    task_default_exchange_type="topic",
    worker_prefetch_multiplier=8,
    broker_transport_options={"confirm_publish": True},
    broker_connection_retry_on_startup=True,
)


class Stage(Task):  # type: ignore[misc]  # celery has no types
    """A task with a connection of its own in every worker process."""

    @cached_property
    def connection(self) -> psycopg.Connection[Any]:
        return psycopg.connect(os.environ["PEER_DATABASE"], cursor_factory=psycopg.RawCursor)


@app.task(base=Stage, bind=True, name="chain.stage")  # type: ignore[untyped-decorator]  # celery has no types
def run_stage(self: Stage, number: int, document: str, batch: str) -> None:
    """Commit the rows of one stage, then ask for the next."""
    with self.connection.transaction():
        for sql, values in STAGES[number](UUID(document), UUID(batch)):
            self.connection.execute(sql, values)
    if number + 1 < len(STAGES):
        run_stage.delay(number + 1, document, batch)
