"""Sends the first task of each document: `python -m bench.peers.celery_producer BATCH DOCUMENTS`."""

import sys
from uuid import uuid4

from bench.peers.celery_chain import run_stage

if __name__ == "__main__":
    batch, documents = sys.argv[1:]
    for _ in range(int(documents)):
        run_stage.delay(0, str(uuid4()), batch)
