"""Our own images: built by the one recipe, and looked at."""

import re
import sys
from pathlib import Path

from deploy.verify.engine import Engine, VerifyError

SERVICES = ("ingest", "classifier", "extractor", "aggregator", "exporter", "notifier")
USER = "10001:10001"


def build_all(engine: Engine, root: Path) -> None:
    """Every image of the compose file, under its name there."""
    for service in SERVICES:
        _build(engine, root, service, "service", f"SERVICE={service}")
    _build(engine, root, "migrate", "migrate", "SERVICE=aggregator")
    _build(engine, root, "console", "console")


def _build(engine: Engine, root: Path, image: str, target: str, *arguments: str) -> None:
    sys.stdout.write(f"  ingestio/{image}\n")
    flags = [flag for argument in arguments for flag in ("--build-arg", argument)]
    build = ("docker", "build", "--quiet", "--network", "host", "--target", target, *flags)
    engine.run(*build, "--tag", f"ingestio/{image}", str(root), quiet=True, DOCKER_BUILDKIT="1")


def check_all(engine: Engine) -> list[tuple[str, int]]:
    """Each image's size in MB above its base. Raises VerifyError for what an image holds too much, or runs as."""
    for service in SERVICES:
        image = f"ingestio/{service}"
        held = _shell(engine, image, "ls /app /app/services").split()
        expected = ["/app:", "services", "shared", "/app/services:", service]
        if held != expected:
            raise VerifyError(f"{image} should hold {service} alone, and holds {' '.join(held)}.")
    names = [*SERVICES, "migrate", "console"]
    for name in names:
        user = engine.run("docker", "image", "inspect", "--format", "{{.Config.User}}", f"ingestio/{name}").strip()
        if user != USER:
            raise VerifyError(f"ingestio/{name} runs as {user or 'root'}, not as {USER}.")
    return [(f"ingestio/{name}", _own_size(engine, f"ingestio/{name}")) for name in names]


def _shell(engine: Engine, image: str, script: str) -> str:
    return engine.run("docker", "run", "--rm", "--network", "none", "--entrypoint", "sh", image, "-c", script)


def _own_size(engine: Engine, image: str) -> int:
    """MB of the layers that our recipe adds; the base is the same in all."""
    history = engine.run("docker", "history", "--human=false", "--format", "{{.Size}} {{.CreatedBy}}", image)
    own = [line for line in history.splitlines() if re.search(r"buildkit|COPY|WORKDIR|USER", line)]
    return sum(int(line.split()[0]) for line in own) // 1_000_000
