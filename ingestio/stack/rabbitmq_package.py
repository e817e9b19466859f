"""Finds the distribution's RabbitMQ, and installs it where that is missing and allowed."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from ingestio.stack.errors import StackError

# The script itself: the one in sbin switches to another user.
KNOWN_PLACES = (Path("/usr/lib/rabbitmq/bin/rabbitmq-server"),)
INSTALL_SECONDS = 900
MISSING = """\
RabbitMQ is not installed, and it could not be installed from here ({reason}). Do one of these:
  sudo apt-get install rabbitmq-server
  set INGESTIO_RABBITMQ_URL=amqp://user:password@host:5672/vhost to use a server you have
  docker compose up"""
# The package would start a service on the standard ports: a policy forbids that while it is installed.
SCRIPT = """\
set -e
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\\nexit 101\\n' > "$policy"
  chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends rabbitmq-server
if command -v systemctl > /dev/null; then systemctl disable rabbitmq-server || true; fi
"""


def installed_server() -> Path | None:
    """The server's start script, or None."""
    for place in KNOWN_PLACES:
        if place.exists():
            return place
    found = shutil.which("rabbitmq-server")
    return Path(found) if found else None


def ensure_installed(*, log: Path, say: Callable[[str], None]) -> Path:
    """The server's start script, after installing the package if need be.

    Raises StackError with what to do where that is not possible.
    """
    server = installed_server()
    if server is not None:
        return server
    shell = _root_shell()
    say("Installing RabbitMQ from the distribution. This happens once and takes about a minute.")
    with log.open("ab") as out:
        try:
            subprocess.run(  # noqa: S603 -- the script is ours
                [*shell, SCRIPT], stdout=out, stderr=subprocess.STDOUT, check=True, timeout=INSTALL_SECONDS
            )
        except subprocess.SubprocessError as problem:
            raise StackError(MISSING.format(reason=f"apt-get failed, see {log}")) from problem
    server = installed_server()
    if server is None:
        raise StackError(MISSING.format(reason=f"the package brought no server, see {log}"))
    return server


def _root_shell() -> list[str]:
    if shutil.which("apt-get") is None:
        raise StackError(MISSING.format(reason="there is no apt-get here"))
    if os.geteuid() == 0:
        return ["sh", "-c"]
    sudo = shutil.which("sudo")
    if sudo is None or subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode != 0:  # noqa: S603 -- asks only
        raise StackError(MISSING.format(reason="this user is not root and may not become it without a password"))
    return [sudo, "-n", "sh", "-c"]
