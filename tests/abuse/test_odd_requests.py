"""Requests that an OpenAPI document makes one think of, good and bad, to every operation: no 5xx, and every answer as described.

INGESTIO_FUZZ_EXAMPLES says how many an operation gets, INGESTIO_FUZZ_SEED which, INGESTIO_FUZZ_PATHS and INGESTIO_FUZZ_METHODS
which operations: regular expressions over paths, and over methods in capitals. `make test-faults FULL=1 PART=requests` searches in
earnest: every edge of every schema, and 50 examples.
"""

import asyncio
import os
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from ingestio.answers import QueueName
from services.ingest.tenants import ensure_tenant
from tests.faults.record import full_run
from tests.integration.chain import Chain

FULL = full_run()
EXAMPLES = os.environ.get("INGESTIO_FUZZ_EXAMPLES", "50" if FULL else "4")
PHASES = "examples,coverage,fuzzing" if FULL else "examples,fuzzing"
PATHS = os.environ.get("INGESTIO_FUZZ_PATHS", "^/")
METHODS = os.environ.get("INGESTIO_FUZZ_METHODS", ".")
SEED = os.environ.get("INGESTIO_FUZZ_SEED", "20261122")
CHECKS = "not_a_server_error,response_schema_conformance,content_type_conformance,status_code_conformance"
# Streams do not end.
STREAMS = r"^/api/events$|/events$"


@pytest.mark.timeout(7_200 if FULL else 300)
async def test_no_request_that_fits_or_breaks_the_schema_breaks_a_service(chain: Chain, tmp_path: Path):
    token = f"igt_{uuid4().hex}"
    await ensure_tenant(
        chain.db("ingest"), uuid4(), name=token, plan="enterprise", token=token, user="fuzz", role="operator"
    )
    command = (
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{chain.client.base_url}/api/openapi.json"),
        *("--header", f"Authorization: Bearer {token}", "--checks", CHECKS, "--exclude-path-regex", STREAMS),
        *("--include-path-regex", PATHS, "--include-method-regex", METHODS),
        *("--phases", PHASES, "--max-examples", EXAMPLES, "--seed", SEED, "--no-shrink"),
        *("--suppress-health-check", "all", "--request-timeout", "30", "--continue-on-failure", "--no-color"),
    )
    running = await asyncio.create_subprocess_exec(
        *command, cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await running.communicate()
    for name in QueueName:  # an operator's odd requests pause them, too
        await chain.ask(name, "DELETE FROM queue_settings")

    assert running.returncode == 0, said.decode()[-20_000:]
