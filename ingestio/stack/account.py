"""PostgreSQL refuses to run as root: then an account of its own runs it, and only its data belongs to that account."""

import fcntl
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ingestio.stack.environ import child_environ
from ingestio.stack.errors import StackError

ACCOUNT = "ingestio-postgres"
MAKE_ACCOUNT = (
    "/usr/sbin/useradd",
    "--system",
    "--no-create-home",
    "--home-dir",
    "/nonexistent",
    "--shell",
    "/usr/sbin/nologin",
)
# Capabilities by their bit: the first lets a process walk through closed folders, the second also does and is what
# containers have.
WALKERS = {2: "dac_read_search", 1: "dac_override"}


def postgres_account() -> pwd.struct_passwd | None:
    """None unless we are root. Raises StackError where no account can be made."""
    if os.geteuid() != 0:
        return None
    with _one_at_a_time():
        if not _exists():
            _make()
    return pwd.getpwnam(ACCOUNT)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two useradd of one name at once both succeed, and the number that the first was told is nobody's afterwards."""
    folder = os.open("/etc", os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _make() -> None:
    try:
        subprocess.run([*MAKE_ACCOUNT, ACCOUNT], check=True, capture_output=True, env=child_environ(Path("/")))  # noqa: S603 -- constants
    except (OSError, subprocess.CalledProcessError) as problem:
        raise StackError(
            f"PostgreSQL does not run as root, and the account {ACCOUNT} could not be made ({problem}). "
            "Run as an ordinary user, or name a server with INGESTIO_POSTGRES_URL."
        ) from problem


def _exists() -> bool:
    return any(account.pw_name == ACCOUNT for account in pwd.getpwall())


def privileges(account: pwd.struct_passwd | None, *, reaches: Iterable[Path]) -> list[str]:
    """Options for setpriv that make a process run as `account` and get to the given paths, closed folders or not."""
    if account is None:
        return []
    if shutil.which("setpriv") is None:
        raise StackError("PostgreSQL does not run as root, and setpriv (package util-linux) is missing to change that.")
    options = [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    if all(_open_to_all(path) for path in reaches):
        return options
    walker = _walker(Path("/proc/self/status").read_text())
    return [*options, f"--inh-caps=+{walker}", f"--ambient-caps=+{walker}"]


def _open_to_all(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in path.resolve().parents)


def _walker(status: str) -> str:
    line = next(line for line in status.splitlines() if line.startswith("CapEff:"))
    held = int(line.split()[1], 16)
    for bit, name in WALKERS.items():
        if held >> bit & 1:
            return name
    raise StackError(
        "PostgreSQL runs as an account of its own here, which cannot get through the folders above the data. "
        "Choose another folder with INGESTIO_HOME, for example /var/lib/ingestio."
    )
